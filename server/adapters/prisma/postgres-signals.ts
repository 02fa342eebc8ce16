import 'server-only'
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { Logger } from '@/server/ports/log-store'
import type { Signal, Signals } from '@/server/ports/signals'
import { connectionOf } from './postgres-client'

const CHANNEL = 'heddle'
/** Of 8,000 that a notification may have. */
const MAX_BYTES = 7_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/** Signals by PostgreSQL's LISTEN and NOTIFY, over one connection of its own that is opened again when it breaks. */
export function createPostgresSignals({ url, log }: { url: string; log: Logger }): Signals & { start(): Promise<void>; close(): Promise<void> } {
  const self = randomUUID()
  const listeners = new Set<(signal: Signal) => void>()
  const outbox: Signal[] = []
  let flushing = false
  let client: Client | undefined
  let closed = false
  let pauseMs = FIRST_PAUSE_MS
  let due: NodeJS.Timeout | undefined

  function tell(signal: Signal): void {
    for (const listener of listeners) listener(signal)
  }

  async function connect(): Promise<void> {
    const fresh = new Client({ ...connectionOf(url), keepAlive: true })
    fresh.on('error', () => undefined)
    fresh.on('end', () => {
      if (client !== fresh) return
      client = undefined
      again()
    })
    fresh.on('notification', ({ payload }) => {
      const { from, signals } = JSON.parse(payload ?? '{}') as { from?: string; signals?: Signal[] }
      if (from !== self) signals?.forEach(tell)
    })
    await fresh.connect()
    if (closed) return fresh.end()
    await fresh.query(`LISTEN ${CHANNEL}`)
    client = fresh
    pauseMs = FIRST_PAUSE_MS
  }

  function again(): void {
    if (closed) return
    due = setTimeout(() => {
      connect().then(() => tell({ kind: 'missed' }), (error: unknown) => {
        log({ level: 'WARNING', component: 'store', category: 'system', message: `No signals from other processes: ${error instanceof Error ? error.message : String(error)}` })
        again()
      })
    }, pauseMs)
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  }

  /** One notification at a time: what is sent within a tick, or while one is under way, goes together. */
  async function flush(): Promise<void> {
    while (outbox.length > 0) {
      let end = 0
      for (let bytes = 100; end < outbox.length && bytes < MAX_BYTES; end++) bytes += JSON.stringify(outbox[end]).length + 1
      const signals = outbox.splice(0, end)
      // Lost with the connection: the others look into the store by themselves.
      await client?.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify({ from: self, signals })]).catch(() => undefined)
    }
    flushing = false
  }

  return {
    start: connect,
    send(signal) {
      outbox.push(signal)
      if (flushing) return
      flushing = true
      setImmediate(() => void flush())
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      clearTimeout(due)
      await client?.end()
    },
  }
}
