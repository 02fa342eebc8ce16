import 'server-only'
import type { Limit } from '@/domain/retention/retention-policy'
import { FINISHED } from '@/domain/run/run-state'
import type { Retained, RetainedKinds } from '@/server/ports/retained'
import { windowsOf } from './log-windows'
import type { Db } from './sqlite-client'
import { ROWS_A_STATEMENT } from './row-places'
import type { Dialect, StoreDatabase } from './store-database'

/** Runs a call deletes, a transaction each: a run may have many thousand events. */
const RUNS_AT_ONCE = 5
/** Lines a call deletes, in one statement. */
const LINES_AT_ONCE = 1_000

/** Retention over the database. Other writes have their turn between two transactions. */
export function createPrismaRetained(database: StoreDatabase): RetainedKinds {
  return { runs: retainedRuns(database), logs: retainedLogs(database) }
}

/** Finished, and without a snapshot that a person named. */
const deletable = { status: { in: [...FINISHED] }, finishedAt: { not: null }, snapshots: { none: { name: { not: null } } } }

function retainedRuns({ read, write, queue, dialect }: StoreDatabase): Retained {
  async function beyond({ olderThan, keep }: Limit) {
    const first = keep === undefined ? undefined : await read.run.findFirst({ where: deletable, orderBy: [{ finishedAt: 'desc' }, { id: 'desc' }], skip: keep, select: { id: true, finishedAt: true } })
    const either = [
      ...(olderThan === undefined ? [] : [{ finishedAt: { lt: olderThan } }]),
      ...(first ? [{ finishedAt: { lt: first.finishedAt! } }, { finishedAt: first.finishedAt!, id: { lte: first.id } }] : []),
    ]
    return either.length === 0 ? undefined : { AND: [deletable, { OR: either }] }
  }
  return {
    async excess(limit) {
      const where = await beyond(limit)
      const all = await read.run.count({ where: deletable })
      if (!where) return { count: 0, stays: all }
      const { _count, _min, _max } = await read.run.aggregate({ where, _count: { _all: true }, _min: { finishedAt: true }, _max: { finishedAt: true } })
      return { count: _count._all, stays: all - _count._all, ...(_min.finishedAt !== null && _max.finishedAt !== null && { oldest: _min.finishedAt, newest: _max.finishedAt }) }
    },
    async deleteSome(limit) {
      const where = await beyond(limit)
      const rows = where ? await read.run.findMany({ where, orderBy: [{ finishedAt: 'asc' }, { id: 'asc' }], take: RUNS_AT_ONCE, select: { id: true } }) : []
      let deleted = 0
      // Events and snapshots go with their run. Looked at again: a person may have named a snapshot since.
      for (const { id } of rows) {
        deleted += await queue(() => write.$transaction(async (tx) => {
          const held = await tx.runLargeValue.findMany({ where: { runId: id }, select: { hash: true } })
          const { count } = await tx.run.deleteMany({ where: { ...deletable, id } })
          if (count === 0) return 0
          await tx.runKey.deleteMany({ where: { runId: id } })
          await deleteUnheld(tx, dialect, held.map(({ hash }) => hash).sort())
          return count
        }))
      }
      return deleted
    },
  }
}

/**
 * Deletes those of the values that no run holds any more. Where other processes append, the rows are locked first and looked at
 * by a statement of its own: whoever appended one of them before is seen by it, whoever does after waits and stores it again.
 */
async function deleteUnheld(tx: Pick<Db, 'largeValue' | '$queryRawUnsafe'>, dialect: Dialect, hashes: readonly string[]): Promise<void> {
  for (let first = 0; first < hashes.length; first += ROWS_A_STATEMENT) {
    const some = hashes.slice(first, first + ROWS_A_STATEMENT)
    if (dialect === 'postgresql') await tx.$queryRawUnsafe('SELECT 1 FROM "LargeValue" WHERE "hash" = ANY($1) ORDER BY "hash" FOR UPDATE', some)
    await tx.largeValue.deleteMany({ where: { hash: { in: some }, uses: { none: {} } } })
  }
}

function retainedLogs({ read, write, queue }: StoreDatabase): Retained {
  /** The oldest line, and the last that goes: ids go up with time, so one id parts what goes from what stays. */
  async function beyond({ olderThan, keep }: Limit): Promise<{ first: number; upTo: number; last: number } | undefined> {
    const first = await read.logLine.findFirst({ orderBy: { id: 'asc' }, select: { id: true } })
    const last = await read.logLine.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })
    if (!first || !last) return undefined
    const byCount = keep === undefined ? 0 : last.id - keep
    const byAge = olderThan === undefined ? 0 : await lastBefore(read, first.id, last.id, olderThan)
    return { first: first.id, upTo: Math.max(first.id - 1, byCount, byAge), last: last.id }
  }
  return {
    async excess(limit) {
      const ids = await beyond(limit)
      if (!ids) return { count: 0, stays: 0 }
      const count = await countOf(read, ids.first - 1, ids.upTo)
      const stays = await countOf(read, ids.upTo, ids.last)
      const [oldest, newest] = [await read.logLine.findUnique({ where: { id: ids.first } }), await read.logLine.findFirst({ where: { id: { lte: ids.upTo } }, orderBy: { id: 'desc' } })]
      return { count, stays, ...(oldest && newest && count > 0 && { oldest: oldest.at, newest: newest.at }) }
    },
    async deleteSome(limit) {
      const ids = await beyond(limit)
      if (!ids || ids.upTo < ids.first) return 0
      const { count } = await queue(() => write.logLine.deleteMany({ where: { id: { lte: Math.min(ids.upTo, ids.first + LINES_AT_ONCE - 1) } } }))
      return count
    },
  }
}

async function countOf(read: Db, above: number, upTo: number): Promise<number> {
  let count = 0
  for await (const window of windowsOf({ above, upTo })) count += await read.logLine.count({ where: { id: { gt: window.above, lte: window.upTo } } })
  return count
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
