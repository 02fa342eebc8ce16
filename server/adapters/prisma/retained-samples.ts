import 'server-only'
import type { Limit } from '@/domain/retention/retention-policy'
import type { Retained } from '@/server/ports/retained'
import type { Db } from './sqlite-client'
import type { StoreDatabase } from './store-database'

/** Buckets a call deletes, in one statement. */
const AT_ONCE = 1_000
/** Of so many of the newest the size of one is taken. */
const WEIGHED = 1_000

/** Retention of samples: the oldest moments go first, of whatever step. */
export function retainedSamples({ read, write, queue }: StoreDatabase): Retained {
  /** Samples before it go. */
  async function boundary({ olderThan = -Infinity, keep = Infinity, maxBytes = Infinity }: Limit, one: number): Promise<number> {
    const most = Math.min(keep, one === 0 ? Infinity : Math.max(1, Math.floor(maxBytes / one)))
    if (most === Infinity) return olderThan
    const last = await read.sample.findFirst({ orderBy: { at: 'desc' }, skip: most - 1, select: { at: true } })
    return Math.max(olderThan, last?.at ?? -Infinity)
  }
  const before = (at: number) => (at === -Infinity ? undefined : { at: { lt: at } })
  return {
    async excess(limit) {
      const one = await bytesOfOne(read)
      const where = before(await boundary(limit, one))
      const all = await read.sample.count()
      if (!where) return { count: 0, stays: all, bytes: 0, staysBytes: all * one }
      const { _count, _min, _max } = await read.sample.aggregate({ where, _count: { _all: true }, _min: { at: true }, _max: { at: true } })
      const count = _count._all
      return { count, stays: all - count, bytes: count * one, staysBytes: (all - count) * one, ...(_min.at !== null && _max.at !== null && { oldest: _min.at, newest: _max.at }) }
    },
    async deleteSome(limit) {
      const where = before(await boundary(limit, limit.maxBytes === undefined ? 0 : await bytesOfOne(read)))
      const some = where ? await read.sample.findMany({ where, orderBy: { at: 'asc' }, take: AT_ONCE, select: { at: true } }) : []
      if (!where || some.length === 0) return 0
      // Of the last moment all go, a few more than were looked at.
      const { count } = await queue(() => write.sample.deleteMany({ where: { at: { ...where.at, lte: some.at(-1)!.at } } }))
      return count
    },
  }
}

async function bytesOfOne(read: Db): Promise<number> {
  const [row] = await read.$queryRawUnsafe<{ bytes: number | null }[]>(
    `SELECT CAST(AVG(octet_length("figures") + octet_length("subject") + octet_length("kind")) AS DOUBLE PRECISION) AS "bytes" FROM (SELECT * FROM "Sample" ORDER BY "at" DESC LIMIT ${WEIGHED}) AS s`,
  )
  return row?.bytes ?? 0
}
