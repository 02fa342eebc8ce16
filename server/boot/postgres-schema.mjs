// PostgreSQL's schema and migrations, derived from SQLite's: one source for both stores. What the schema may not use is
// said at its head; what a migration may not use is refused here.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param {string} schema `prisma/schema.prisma` */
export function postgresSchema(schema) {
  return schema.replace('provider = "sqlite"', 'provider = "postgresql"').replace('adapters/prisma/generated"', 'adapters/prisma/generated-postgres"')
}

/** @param {string} sql of a folder in `prisma/migrations/sqlite` */
export function postgresMigration(sql) {
  const stranger = /PRAGMA|RedefineTable|DATETIME|BLOB\b|(?<!WHEN )json_extract/.exec(sql)
  if (stranger) throw new Error(`A migration with ${stranger[0]} cannot be derived: write it so that both stores understand it, adding columns and tables only.`)
  return sql
    .replaceAll(/INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT/g, 'SERIAL NOT NULL PRIMARY KEY')
    .replaceAll(/(?<="\s*)\bREAL\b/g, 'DOUBLE PRECISION')
    // SQLite's truth value of a member; migrations read no other kind.
    .replaceAll(/WHEN json_extract\(("\w+"), '\$\.([\w.]+)'\)/g, (_all, column, path) => `WHEN (${column}::jsonb #>> '{${path.replaceAll('.', ',')}}')::boolean`)
}

/** Migrations of PostgreSQL that are missing or differ, by name. Empty: all are there. */
export function derivePostgresMigrations({ write = false, from = 'prisma/migrations/sqlite', to = 'prisma/migrations/postgresql' } = {}) {
  const stale = []
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const wanted = postgresMigration(readFileSync(join(from, entry.name, 'migration.sql'), 'utf8'))
    const file = join(to, entry.name, 'migration.sql')
    if (existsSync(file) && readFileSync(file, 'utf8') === wanted) continue
    stale.push(entry.name)
    if (!write) continue
    mkdirSync(join(to, entry.name), { recursive: true })
    writeFileSync(file, wanted)
  }
  return stale
}
