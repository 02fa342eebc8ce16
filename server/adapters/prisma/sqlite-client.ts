import 'server-only'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaClient } from './generated/client'

export type Db = PrismaClient
/** What both a client and a transaction of it can do. */
export type Tx = Parameters<Parameters<Db['$transaction']>[0]>[0]

// FULL: what was committed survives a power cut, not only a kill. better-sqlite3 itself defaults to NORMAL under WAL.
const PRAGMAS = 'PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000;'

/** A client on one connection of its own, with the pragmas set before its first query. */
export function openSqliteClient(file: string): Db {
  const inner = new PrismaBetterSqlite3({ url: file, timeout: 10_000 })
  const adapter = {
    provider: 'sqlite' as const,
    adapterName: inner.adapterName,
    connectToShadowDb: () => inner.connectToShadowDb(),
    connect: async () => {
      const connection = await inner.connect()
      await connection.executeScript(PRAGMAS)
      return connection
    },
  }
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 60_000 } })
}
