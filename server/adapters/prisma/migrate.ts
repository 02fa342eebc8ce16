import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '@/domain/error'

/** The database and the migrations of this version do not fit together. Nothing was changed. */
export class MigrationFailed extends AppError {
  readonly code = 'MIGRATION_FAILED'
  constructor(message: string, readonly hint: string) {
    super(message)
  }
}

type Migration = { name: string; sql: string; checksum: string }
type Applied = { migration_name: string; checksum: string; finished_at: unknown; rolled_back_at: unknown }

// The columns of Prisma's own table, so that its CLI agrees where it can run.
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`

/**
 * Brings a SQLite file to this version's schema, and sets WAL for good.
 * All pending folders are applied in one transaction that also holds the write lock: two starting processes
 * cannot both apply, and a kill midway leaves the old schema.
 * @param folder holds `<timestamp>_<name>/migration.sql`, Prisma's layout
 * @returns names of what was applied
 * @throws {MigrationFailed}
 */
export function migrateSqlite(file: string, folder: string): string[] {
  const migrations = readMigrations(folder)
  const db = new Database(file, { timeout: 10_000 })
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(TABLE)
      const pending = pendingOf(migrations, db.prepare('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"').all() as Applied[])
      for (const migration of pending) apply(db, migration)
      db.exec('COMMIT')
      return pending.map((migration) => migration.name)
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  } finally {
    db.close()
  }
}

function readMigrations(folder: string): Migration[] {
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
function pendingOf(migrations: readonly Migration[], rows: readonly Applied[]): Migration[] {
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

function apply(db: Database, { name, sql, checksum }: Migration): void {
  try {
    db.exec(sql)
  } catch (error) {
    throw new MigrationFailed(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, 'Nothing was changed. Please report this with the message.')
  }
  db.prepare('INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)')
    .run(randomUUID(), checksum, name, Date.now(), Date.now())
}
