/** The stores' suites against a real PostgreSQL. Run by .ci/run, which starts one; skipped where HEDDLE_TEST_POSTGRES names none. */
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { runCommandsSuite } from '@/server/ports/run-commands.suite'
import { runLeasesSuite } from '@/server/ports/run-leases.suite'
import { sharedPlacesSuite } from '@/server/ports/shared-places.suite'
import { openPostgresStore } from './open-store'
import { connectionOf } from './postgres-client'
import { createPostgresDuty } from './postgres-duty'
import { storeSuites } from './stores.suite'

const server = process.env.HEDDLE_TEST_POSTGRES
const migrationsDir = fileURLToPath(new URL('../../../prisma/migrations/postgresql', import.meta.url))
const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function rowsOf(sql: string, url: string): Promise<unknown[]> {
  const client = new Client(connectionOf(url))
  await client.connect()
  return (await client.query<object>(sql).finally(() => client.end())).rows
}
const admin = async (sql: string, url = server!): Promise<void> => void (await rowsOf(sql, url))

let databases = 0
async function emptyDatabase(): Promise<string> {
  const name = `heddle_${process.pid}_${++databases}`
  await admin(`CREATE DATABASE ${name}`)
  opened.push(() => admin(`DROP DATABASE ${name} WITH (FORCE)`))
  return Object.assign(new URL(server!), { pathname: `/${name}` }).href
}

async function openEmpty() {
  let now = 0
  const clock = { now: () => now, set: (to: number) => void (now = to) }
  const url = await emptyDatabase()
  const store = await openPostgresStore({ url, migrationsDir, clock })
  opened.push(() => store.close())
  // The database's clock is nobody's to move: what is left of the leases is.
  return { ...store, clock, sql: (statement: string) => admin(statement, url), rows: (query: string) => rowsOf(query, url), pass: (ms: number) => admin(`UPDATE "RunLease" SET "until" = "until" - ${ms}`, url) }
}

describe.skipIf(server === undefined)('PostgreSQL', () => {
  storeSuites('prisma on postgresql', openEmpty)
  runLeasesSuite('prisma on postgresql', async () => {
    const { runLog, leases, pass } = await openEmpty()
    return { log: runLog, leases, pass }
  })
  sharedPlacesSuite('prisma on postgresql', async () => {
    const { runLog, leases, places, pass } = await openEmpty()
    return { log: runLog, leases, places, pass }
  })
  runCommandsSuite('prisma on postgresql', async () => {
    const { runLog, commands } = await openEmpty()
    return { log: runLog, commands }
  })

  it('is migrated once, however many processes start together', async () => {
    const url = await emptyDatabase()
    const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgresStore({ url, migrationsDir, clock: { now: () => 0 } })))
    opened.push(...stores.map((store) => () => store.close()))
    expect(stores.map(({ migrated }) => migrated.length).filter((count) => count > 0)).toHaveLength(1)
  })

  it('has one process on duty, and another as soon as that one is gone', async () => {
    const url = await emptyDatabase()
    const duties = [1, 2, 3].map(() => createPostgresDuty({ url, log: () => undefined }))
    opened.push(...duties.map((duty) => () => duty.close()))
    await Promise.all(duties.map((duty) => duty.start()))
    const first = duties.filter((duty) => duty.held())
    expect(first).toHaveLength(1)
    await first[0]!.close()
    await expect.poll(() => duties.filter((duty) => duty.held()), { timeout: 10_000 }).toHaveLength(1)
    expect(first[0]!.held()).toBe(false)
  })

  it('says what to look at when nobody answers', async () => {
    await expect(openPostgresStore({ url: 'postgres://nobody@127.0.0.1:1/none', migrationsDir, clock: { now: () => 0 } })).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', hint: expect.stringContaining('DATABASE_URL') as string })
  })
})
