import 'server-only'
import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import { MigrationFailed, pendingOf, readMigrations, type AppliedMigration, type Migration } from './migrations'

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
      const pending = pendingOf(migrations, db.prepare('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"').all() as AppliedMigration[])
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

function apply(db: Database, { name, sql, checksum }: Migration): void {
  try {
    db.exec(sql)
  } catch (error) {
    throw new MigrationFailed(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, 'Nothing was changed. Please report this with the message.')
  }
  db.prepare('INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)')
    .run(randomUUID(), checksum, name, Date.now(), Date.now())
}
