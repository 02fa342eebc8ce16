import 'server-only'
import { Client } from 'pg'
import type { Logger } from '@/server/ports/log-store'
import { connectionOf } from './postgres-client'

/** Any number, as long as every Heddle takes the same and migrations another. */
const LOCK = 4_839_202
const LOOK_MS = 2_000

/** What one process of all does at a time. */
export type Duty = { held(): boolean; start(): Promise<void>; close(): Promise<void> }

/** Whoever holds a lock of PostgreSQL is on duty; it falls free with the connection, so a dead process keeps nobody waiting. */
export function createPostgresDuty({ url, log }: { url: string; log: Logger }): Duty {
  let client: Client | undefined
  let held = false
  let closed = false
  let due: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    try {
      client ??= await connect()
      if (!held) held = (await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [LOCK])).rows[0]?.held ?? false
    } catch (error) {
      log({ level: 'WARNING', component: 'store', category: 'system', message: `Cannot ask who is on duty: ${error instanceof Error ? error.message : String(error)}` })
    }
    if (!closed) due = setTimeout(() => void look(), LOOK_MS)
  }

  async function connect(): Promise<Client> {
    const fresh = new Client({ ...connectionOf(url), keepAlive: true })
    fresh.on('error', () => undefined)
    fresh.on('end', () => {
      if (client !== fresh) return
      client = undefined
      held = false
    })
    await fresh.connect()
    return fresh
  }

  return {
    held: () => held,
    start: look,
    async close() {
      closed = true
      clearTimeout(due)
      await client?.end()
    },
  }
}
