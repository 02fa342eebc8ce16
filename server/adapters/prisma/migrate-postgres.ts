import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { MigrationFailed, pendingOf, readMigrations, type AppliedMigration } from './migrations'

// The columns of Prisma's own table, so that its CLI agrees where it can run.
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`

/** Any number, as long as every Heddle takes the same. */
const LOCK = 4_839_201

/**
 * Brings a PostgreSQL database to this version's schema. All pending folders are applied in one transaction under an
 * advisory lock: of many that start together one applies, the others find it done; a kill midway leaves the old schema.
 * @param client connected, used by nobody else meanwhile
 * @returns names of what was applied
 * @throws {MigrationFailed}
 */
export async function migratePostgres(client: Client, folder: string): Promise<string[]> {
  const migrations = readMigrations(folder)
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    await client.query(TABLE)
    const { rows } = await client.query<AppliedMigration>('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"')
    const pending = pendingOf(migrations, rows)
    for (const { name, sql, checksum } of pending) {
      await client.query(sql).catch((error: unknown) => {
        throw new MigrationFailed(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, 'Nothing was changed. Please report this with the message.')
      })
      await client.query('INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)', [randomUUID(), checksum, name])
    }
    await client.query('COMMIT')
    return pending.map(({ name }) => name)
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
