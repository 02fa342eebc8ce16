import 'server-only'
import Database from 'better-sqlite3'
import type { Db } from './sqlite-client'

export type StoredEvent = { seq: number; recordedAt: number; data: string; large: string | null }

export type EventRows = {
  /** The rows of a run's log behind `after`, in order, `limit` of them at most. */
  read(runId: string, after: number, limit?: number): Promise<StoredEvent[]>
  /** JSON of the large values with these hashes, as far as there are such that the run holds. */
  values(runId: string, hashes: readonly string[]): Promise<Map<string, string>>
  close(): Promise<void>
}

/** By one statement on a connection of its own: through the client each row is several objects before it is one, which a log of 100,000 events pays for. */
export function openSqliteEventRows(file: string): EventRows {
  const db = new Database(file, { readonly: true, timeout: 10_000 })
  // A negative limit is none.
  const rows = db.prepare('SELECT "seq", "recordedAt", "data", "large" FROM "RunEvent" WHERE "runId" = ? AND "seq" > ? ORDER BY "seq" LIMIT ?')
  const value = db.prepare('SELECT v."json" FROM "RunLargeValue" u JOIN "LargeValue" v ON v."hash" = u."hash" WHERE u."runId" = ? AND u."hash" = ?')
  return {
    // Async, so that what it throws is a rejection.
    async read(runId, after, limit = -1) {
      return rows.all(runId, after, limit) as StoredEvent[]
    },
    async values(runId, hashes) {
      return new Map(hashes.flatMap((hash) => {
        const row = value.get(runId, hash) as { json: string } | undefined
        return row ? [[hash, row.json]] : []
      }))
    },
    async close() {
      db.close()
    },
  }
}

export function clientEventRows(db: Db): EventRows {
  return {
    read: (runId, after, limit) => db.runEvent.findMany({ where: { runId, seq: { gt: after } }, orderBy: { seq: 'asc' }, select: { seq: true, recordedAt: true, data: true, large: true }, ...(limit !== undefined && { take: limit }) }),
    async values(runId, hashes) {
      const found = await db.runLargeValue.findMany({ where: { runId, hash: { in: [...hashes] } }, select: { value: true } })
      return new Map(found.map(({ value }) => [value.hash, value.json]))
    },
    close: () => Promise.resolve(),
  }
}
