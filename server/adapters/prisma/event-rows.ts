import 'server-only'
import Database from 'better-sqlite3'
import type { Db } from './sqlite-client'

export type StoredEvent = { seq: number; recordedAt: number; data: string }

/** Reads the rows of a run's log behind `after`, in order, `limit` of them at most. */
export type EventRows = { read(runId: string, after: number, limit?: number): Promise<StoredEvent[]>; close(): Promise<void> }

/** By one statement on a connection of its own: through the client each row is several objects before it is one, which a log of 100,000 events pays for. */
export function openSqliteEventRows(file: string): EventRows {
  const db = new Database(file, { readonly: true, timeout: 10_000 })
  // A negative limit is none.
  const rows = db.prepare('SELECT "seq", "recordedAt", "data" FROM "RunEvent" WHERE "runId" = ? AND "seq" > ? ORDER BY "seq" LIMIT ?')
  return {
    // Async, so that what it throws is a rejection.
    async read(runId, after, limit = -1) {
      return rows.all(runId, after, limit) as StoredEvent[]
    },
    async close() {
      db.close()
    },
  }
}

export function clientEventRows(db: Db): EventRows {
  return {
    read: (runId, after, limit) => db.runEvent.findMany({ where: { runId, seq: { gt: after } }, orderBy: { seq: 'asc' }, select: { seq: true, recordedAt: true, data: true }, ...(limit !== undefined && { take: limit }) }),
    close: () => Promise.resolve(),
  }
}
