import 'server-only'
import { join } from 'node:path'
import { Client } from 'pg'
import { AppError } from '@/domain/error'
import type { Clock } from '@/server/ports/clock'
import type { AlertStore } from '@/server/ports/alert-store'
import type { LogStore } from '@/server/ports/log-store'
import type { RunCommands } from '@/server/ports/run-commands'
import type { RunLeases } from '@/server/ports/run-leases'
import type { RetainedKinds, SettingStore } from '@/server/ports/retained'
import type { RunLog, SnapshotStore } from '@/server/ports/run-log'
import type { SharedPlaces } from '@/server/ports/shared-places'
import type { SampleStore } from '@/server/ports/sample-store'
import type { HookStore } from '@/server/ports/hook-store'
import type { ScheduleStore } from '@/server/ports/schedule-store'
import type { WorkflowStore } from '@/server/ports/workflow-store'
import { clientEventRows, openSqliteEventRows } from './event-rows'
import { migratePostgres } from './migrate-postgres'
import { migrateSqlite } from './migrate-sqlite'
import { openPostgresAppends } from './postgres-appends'
import { connectionOf, openPostgresClient } from './postgres-client'
import { createPostgresRunCommands } from './postgres-run-commands'
import { createPostgresRunLeases } from './postgres-run-leases'
import { createPostgresSharedPlaces } from './postgres-shared-places'
import { createPrismaAlertStore } from './prisma-alert-store'
import { createPrismaHookStore } from './prisma-hook-store'
import { createPrismaLogStore } from './prisma-log-store'
import { createPrismaRetained } from './prisma-retained'
import { createPrismaRunLog } from './prisma-run-log'
import { createPrismaSampleStore } from './prisma-sample-store'
import { createPrismaScheduleStore } from './prisma-schedule-store'
import { createPrismaSettingStore } from './prisma-setting-store'
import { createPrismaSnapshotStore } from './prisma-snapshot-store'
import { createPrismaWorkflowStore } from './prisma-workflow-store'
import { openSqliteAppends } from './sqlite-appends'
import { openSqliteClient } from './sqlite-client'
import type { StoreDatabase } from './store-database'
import { lockStore } from './store-lock'
import { createWriteQueue } from './write-queue'

export type Store = { runLog: RunLog; workflows: WorkflowStore; snapshots: SnapshotStore; logs: LogStore; alerts: AlertStore; retained: RetainedKinds; settings: SettingStore; samples: SampleStore; schedules: ScheduleStore; hooks: HookStore; migrated: string[]; close(): Promise<void> }
/** With what several processes need to work on one store. */
export type SharedStore = Store & { leases: RunLeases; commands: RunCommands; places: SharedPlaces }

/** Nobody answers at DATABASE_URL. */
export class StoreUnreachable extends AppError {
  readonly code = 'STORE_UNREACHABLE'
  override readonly retryable = true
  readonly hint = 'Is PostgreSQL running, and are address, user, password and database of DATABASE_URL right?'
  constructor(cause: unknown) {
    super(`Cannot open the database of DATABASE_URL: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`)
  }
}

/** `heddle.db` is no database, or a broken one. */
export class StoreBroken extends AppError {
  readonly code = 'STORE_BROKEN'
  readonly hint = 'It was left as it is. Put a copy of the data folder in its place, or name an empty folder in HEDDLE_DATA_DIR.'
  constructor(file: string, cause: Error) {
    super(`${file} cannot be read: ${cause.message}`)
  }
}

/**
 * Opens the embedded store: takes the folder's lock, brings the schema up to date, and connects.
 * @param dataDir made if it is missing; holds `heddle.db` and its lock
 * @param migrationsDir `prisma/migrations/sqlite`, wherever the server was put
 * @throws {StoreLocked} another process writes there
 * @throws {DataFolderUnusable}
 * @throws {StoreBroken}
 * @throws {MigrationFailed}
 */
export async function openStore({ dataDir, migrationsDir, clock }: { dataDir: string; migrationsDir: string; clock: Pick<Clock, 'now'> }): Promise<Store> {
  const unlock = lockStore(dataDir)
  const file = join(dataDir, 'heddle.db')
  try {
    const migrated = migrateSqlite(file, migrationsDir)
    const write = openSqliteClient(file)
    const read = openSqliteClient(file)
    await Promise.all([write.$connect(), read.$connect()])
    const database: StoreDatabase = { read, write, queue: createWriteQueue(), appends: openSqliteAppends(file), events: openSqliteEventRows(file), dialect: 'sqlite' }
    const stores = storesOf(database, clock)
    return {
      ...stores,
      migrated,
      close: async () => {
        await stores.snapshots.flush()
        // What is under way is committed first; the write connection goes last and folds the WAL back.
        await database.queue(() => Promise.all([read.$disconnect(), database.appends.close(), database.events.close()]))
        await write.$disconnect()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    const isBroken = error instanceof Error && 'code' in error && /^SQLITE_(NOTADB|CORRUPT)/.test(String(error.code))
    throw isBroken ? new StoreBroken(file, error) : error
  }
}

/**
 * Opens a PostgreSQL database, which several processes may share, and brings its schema up to date.
 * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
 * @param migrationsDir `prisma/migrations/postgresql`, wherever the server was put
 * @throws {MigrationFailed} {StoreUnreachable}
 */
export async function openPostgresStore({ url, migrationsDir, clock }: { url: string; migrationsDir: string; clock: Pick<Clock, 'now'> }): Promise<SharedStore> {
  const migrator = new Client(connectionOf(url))
  await migrator.connect().catch((error: unknown) => {
    throw new StoreUnreachable(error)
  })
  const migrated = await migratePostgres(migrator, migrationsDir).finally(() => migrator.end())
  const db = openPostgresClient(url)
  const database: StoreDatabase = { read: db, write: db, queue: createWriteQueue(), appends: openPostgresAppends(url), events: clientEventRows(db), dialect: 'postgresql' }
  const stores = storesOf(database, clock)
  return {
    ...stores,
    leases: createPostgresRunLeases(database),
    commands: createPostgresRunCommands(database),
    places: createPostgresSharedPlaces(database),
    migrated,
    close: async () => {
      await stores.snapshots.flush()
      await database.queue(() => Promise.all([db.$disconnect(), database.appends.close()]))
    },
  }
}

function storesOf(database: StoreDatabase, clock: Pick<Clock, 'now'>) {
  return {
    runLog: createPrismaRunLog({ database, clock }),
    workflows: createPrismaWorkflowStore(database),
    snapshots: createPrismaSnapshotStore(database),
    logs: createPrismaLogStore(database),
    alerts: createPrismaAlertStore({ database, clock }),
    retained: createPrismaRetained(database),
    settings: createPrismaSettingStore(database, clock),
    samples: createPrismaSampleStore(database),
    schedules: createPrismaScheduleStore(database),
    hooks: createPrismaHookStore(database),
  }
}
