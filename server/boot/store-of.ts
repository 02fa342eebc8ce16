import { join } from 'node:path'
import { openPostgresStore, openStore, type SharedStore, type Store } from '@/server/adapters/prisma/open-store'
import { lockStore } from '@/server/adapters/prisma/store-lock'
import type { Clock } from '@/server/ports/clock'
import type { Config } from './config'

/**
 * The store that the configuration names: a folder of this process, or a database that several share.
 * @param migrations `prisma/migrations`, wherever the server was put
 */
export async function storeOf({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>, clock: Clock, migrations: string): Promise<Store | SharedStore> {
  if (databaseUrl === undefined) return openStore({ dataDir, migrationsDir: join(migrations, 'sqlite'), clock })
  // Logs are written there: each process has a folder of its own.
  const unlock = lockStore(dataDir)
  const store = await openPostgresStore({ url: databaseUrl, migrationsDir: join(migrations, 'postgresql'), clock }).catch((error: unknown) => {
    unlock()
    throw error
  })
  return { ...store, close: () => store.close().finally(unlock) }
}
