import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import type { PoolConfig } from 'pg'
import { PrismaClient } from './generated-postgres/client'
import type { Db } from './sqlite-client'

/** Connections that one process takes. */
const CONNECTIONS = 10

/**
 * What `pg` is given of an address. Told apart: given a connection string, Prisma's own tools would work on that
 * database where they should take one of their own.
 */
export function connectionOf(url: string): Pick<PoolConfig, 'host' | 'port' | 'database' | 'user' | 'password' | 'ssl'> {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url)
  const mode = searchParams.get('sslmode')
  return {
    host: searchParams.get('host') ?? hostname, port: port === '' ? 5432 : Number(port), database: decodeURIComponent(pathname.slice(1)) || 'postgres',
    ...(username !== '' && { user: decodeURIComponent(username) }), ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(mode !== null && mode !== 'disable' && { ssl: { rejectUnauthorized: mode === 'verify-full' || mode === 'verify-ca' } }),
  }
}

/** The generated clients differ in what they send, not in what they offer: the schema is the same. */
export function openPostgresClient(url: string): Db {
  const adapter = new PrismaPg({ ...connectionOf(url), max: CONNECTIONS })
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 60_000 } }) as unknown as Db
}
