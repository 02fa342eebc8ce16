import 'server-only'
import { setImmediate } from 'node:timers/promises'
import type { Limit } from '@/domain/retention/retention-policy'
import type { Retained } from '@/server/ports/retained'
import { windowsOf, type IdWindow } from './log-windows'
import type { Db } from './sqlite-client'
import type { StoreDatabase } from './store-database'

/** Lines a call deletes, in one statement. */
const LINES_AT_ONCE = 1_000
/** Ids that a look for a size takes in at once, going back. */
const SIZE_WINDOW = 16_000

const SIZE = 'octet_length("message") + octet_length("searchText") + octet_length("component") + COALESCE(octet_length("data"), 0)'

/** Retention of log lines. */
export function retainedLogs({ read, write, queue }: StoreDatabase): Retained {
  let look: { maxBytes: number; upTo: number } | undefined

  /** The oldest line, and the last that goes: ids go up with time, so one id parts what goes from what stays. */
  async function beyond({ olderThan, keep }: Limit, bySize: (first: number, last: number) => Promise<number>): Promise<{ first: number; upTo: number; last: number } | undefined> {
    const first = await read.logLine.findFirst({ orderBy: { id: 'asc' }, select: { id: true } })
    const last = await read.logLine.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })
    if (!first || !last) return undefined
    const byCount = keep === undefined ? 0 : last.id - keep
    const byAge = olderThan === undefined ? 0 : await lastBefore(read, first.id, last.id, olderThan)
    return { first: first.id, upTo: Math.max(first.id - 1, byCount, byAge, await bySize(first.id, last.id)), last: last.id }
  }
  const found = async (maxBytes: number | undefined, first: number, last: number): Promise<number> => (maxBytes === undefined ? 0 : lastBehindSize(read, first, last, maxBytes))
  /** Lines that are written later push the bound on, never back: it is looked for again when all behind it has gone. */
  const kept = async (maxBytes: number | undefined, first: number, last: number): Promise<number> => {
    if (maxBytes === undefined) return 0
    if (look?.maxBytes !== maxBytes || look.upTo < first) look = { maxBytes, upTo: await found(maxBytes, first, last) }
    return look.upTo
  }
  return {
    async excess(limit) {
      const ids = await beyond(limit, (first, last) => found(limit.maxBytes, first, last))
      if (!ids) return { count: 0, stays: 0, bytes: 0, staysBytes: 0 }
      const goes = await sumOf(read, { above: ids.first - 1, upTo: ids.upTo })
      const stays = await sumOf(read, { above: ids.upTo, upTo: ids.last })
      const [oldest, newest] = [await read.logLine.findUnique({ where: { id: ids.first } }), await read.logLine.findFirst({ where: { id: { lte: ids.upTo } }, orderBy: { id: 'desc' } })]
      return { ...goes, stays: stays.count, staysBytes: stays.bytes, ...(oldest && newest && goes.count > 0 && { oldest: oldest.at, newest: newest.at }) }
    },
    async deleteSome(limit) {
      const ids = await beyond(limit, (first, last) => kept(limit.maxBytes, first, last))
      if (!ids || ids.upTo < ids.first) return 0
      const { count } = await queue(() => write.logLine.deleteMany({ where: { id: { lte: Math.min(ids.upTo, ids.first + LINES_AT_ONCE - 1) } } }))
      return count
    },
  }
}

/** Lines of a window and what their texts take up. */
async function windowSum(read: Db, { above, upTo }: IdWindow): Promise<{ count: number; bytes: number }> {
  const [row] = await read.$queryRawUnsafe<{ count: number | bigint; bytes: number | bigint | null }[]>(`SELECT COUNT(*) AS "count", SUM(${SIZE}) AS "bytes" FROM "LogLine" WHERE "id" > ${above} AND "id" <= ${upTo}`)
  return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) }
}

async function sumOf(read: Db, ids: IdWindow): Promise<{ count: number; bytes: number }> {
  const sum = { count: 0, bytes: 0 }
  for await (const window of windowsOf(ids)) {
    const { count, bytes } = await windowSum(read, window)
    sum.count += count
    sum.bytes += bytes
  }
  return sum
}

/** The last id behind the newest lines that fit into so many bytes; 0: all fit. */
async function lastBehindSize(read: Db, first: number, last: number, maxBytes: number): Promise<number> {
  let left = maxBytes
  for (let upTo = last; upTo >= first; upTo -= SIZE_WINDOW) {
    const window = { above: Math.max(first - 1, upTo - SIZE_WINDOW), upTo }
    const { bytes } = await windowSum(read, window)
    if (bytes > left) {
      const [row] = await read.$queryRawUnsafe<{ id: number | bigint | null }[]>(
        `SELECT MAX("id") AS "id" FROM (SELECT "id", SUM(${SIZE}) OVER (ORDER BY "id" DESC) AS "sum" FROM "LogLine" WHERE "id" > ${window.above} AND "id" <= ${window.upTo}) AS s WHERE "sum" > ${left}`,
      )
      return Number(row?.id ?? 0)
    }
    left -= bytes
    await setImmediate()
  }
  return 0
}

/** The last id whose line was written before `time`; 0: none. Halves the ids: there is no index over time. */
async function lastBefore(read: Db, first: number, last: number, time: number): Promise<number> {
  let low = first - 1
  let high = last
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const line = await read.logLine.findFirst({ where: { id: { lte: middle } }, orderBy: { id: 'desc' }, select: { at: true } })
    if (line && line.at < time) low = middle
    else high = middle - 1
  }
  return low < first ? 0 : low
}
