import 'server-only'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@/domain/error'

/** The database and the migrations of this version do not fit together. Nothing was changed. */
export class MigrationFailed extends AppError {
  readonly code = 'MIGRATION_FAILED'
  constructor(message: string, readonly hint: string) {
    super(message)
  }
}

export type Migration = { name: string; sql: string; checksum: string }
/** A row of Prisma's own table. */
export type AppliedMigration = { migration_name: string; checksum: string; finished_at: unknown; rolled_back_at: unknown }

/** @param folder holds `<timestamp>_<name>/migration.sql`, Prisma's layout */
export function readMigrations(folder: string): Migration[] {
  if (!existsSync(folder)) throw new MigrationFailed(`There is no folder of migrations at ${folder}`, 'The installation is incomplete: build it again.')
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** @throws {MigrationFailed} when history and folder disagree */
export function pendingOf(migrations: readonly Migration[], rows: readonly AppliedMigration[]): Migration[] {
  const applied = new Map(rows.filter((row) => row.rolled_back_at === null).map((row) => [row.migration_name, row]))
  const known = new Set(migrations.map((migration) => migration.name))
  for (const [name, row] of applied) {
    if (!known.has(name)) throw new MigrationFailed(`The database has migration ${name}, which this version does not know`, 'It was written by a newer Heddle: start that version, or restore a copy of the data folder.')
    if (row.finished_at === null) throw new MigrationFailed(`Migration ${name} was begun and never finished`, 'Restore a copy of the data folder, or resolve it with Prisma\'s `migrate resolve`.')
  }
  for (const migration of migrations) {
    const row = applied.get(migration.name)
    if (row && row.checksum !== migration.checksum) {
      throw new MigrationFailed(`Migration ${migration.name} was changed after it had been applied`, 'A migration is never edited: bring its file back, and put the change into a new one.')
    }
  }
  const pending = migrations.filter((migration) => !applied.has(migration.name))
  const newest = [...applied.keys()].sort().at(-1)
  const late = newest === undefined ? undefined : pending.find((migration) => migration.name < newest)
  if (late) throw new MigrationFailed(`Migration ${late.name} is older than ${newest}, which is already applied`, 'Give the new migration a later time stamp.')
  return pending
}
