import 'server-only'
import { join } from 'node:path'
import type { Clock } from '@/server/ports/clock'
import type { LogStore } from '@/server/ports/log-store'
import type { RunLog, SnapshotStore } from '@/server/ports/run-log'
import type { WorkflowStore } from '@/server/ports/workflow-store'
import { migrateSqlite } from './migrate'
import { createPrismaLogStore } from './prisma-log-store'
import { createPrismaRunLog } from './prisma-run-log'
import { createPrismaSnapshotStore } from './prisma-snapshot-store'
import { createPrismaWorkflowStore } from './prisma-workflow-store'
import { openSqliteClient } from './sqlite-client'
import type { StoreDatabase } from './store-database'
import { lockStore } from './store-lock'
import { createWriteQueue } from './write-queue'

export type Store = { runLog: RunLog; workflows: WorkflowStore; snapshots: SnapshotStore; logs: LogStore; migrated: string[]; close(): Promise<void> }

/**
 * Opens the embedded store: takes the folder's lock, brings the schema up to date, and connects.
 * @param dataDir made if it is missing; holds `heddle.db` and its lock
 * @param migrationsDir `prisma/migrations/sqlite`, wherever the server was put
 * @throws {StoreLocked} another process writes there
 * @throws {MigrationFailed}
 */
export async function openStore({ dataDir, migrationsDir, clock }: { dataDir: string; migrationsDir: string; clock: Pick<Clock, 'now'> }): Promise<Store> {
  const unlock = lockStore(dataDir)
  try {
    const file = join(dataDir, 'heddle.db')
    const migrated = migrateSqlite(file, migrationsDir)
    const write = openSqliteClient(file)
    const read = openSqliteClient(file)
    await Promise.all([write.$connect(), read.$connect()])
    const database: StoreDatabase = { read, write, queue: createWriteQueue() }
    return {
      runLog: createPrismaRunLog({ database, clock }),
      workflows: createPrismaWorkflowStore(database),
      snapshots: createPrismaSnapshotStore(database),
      logs: createPrismaLogStore(database),
      migrated,
      close: async () => {
        // What is under way is committed first; the write connection goes last and folds the WAL back.
        await database.queue(() => read.$disconnect())
        await write.$disconnect()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}
