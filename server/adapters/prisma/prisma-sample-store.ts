import 'server-only'
import type { Json } from '@/domain/json'
import type { SampleBucket, SampleKind, SampleStore } from '@/server/ports/sample-store'
import { rowPlaces, ROWS_A_STATEMENT } from './row-places'
import type { Tx } from './sqlite-client'
import type { Dialect, StoreDatabase } from './store-database'
import { isUniqueViolation } from './unique-violation'

/** Buckets a call deletes, in one statement. */
const AT_ONCE = 1_000

/** Samples in the database: a row a bucket. */
export function createPrismaSampleStore({ read, write, queue, dialect }: StoreDatabase): SampleStore {
  return {
    write: (buckets, { name, from, to }) => queue(() => write.$transaction(async (tx) => {
      // S2: the row of the mark is what two writers meet at.
      const moved = from === undefined
        ? await tx.sampleMark.createMany({ data: (await tx.sampleMark.findUnique({ where: { name } })) ? [] : [{ name, at: to }] })
        : await tx.sampleMark.updateMany({ where: { name, at: from }, data: { at: to } })
      if (moved.count === 0) return false
      for (let start = 0; start < buckets.length; start += ROWS_A_STATEMENT) await replace(tx, dialect, buckets.slice(start, start + ROWS_A_STATEMENT))
      return true
    })).catch((error: unknown) => {
      // Two made the mark at once.
      if (isUniqueViolation(error)) return false
      throw error
    }),
    async read({ kind, stepMs, from, to, subjects }) {
      const rows = await read.sample.findMany({ where: { kind, stepMs, at: { gte: from, lt: to }, ...(subjects && { subject: { in: [...subjects] } }) }, orderBy: [{ at: 'asc' }, { subject: 'asc' }] })
      return rows.map((row) => ({ kind: row.kind as SampleKind, stepMs: row.stepMs, at: row.at, subject: row.subject, figures: JSON.parse(row.figures) as Json }))
    },
    async mark(name) {
      return (await read.sampleMark.findUnique({ where: { name } }))?.at
    },
    async deleteSome(stepMs, before) {
      const last = await read.sample.findMany({ where: { stepMs, at: { lt: before } }, orderBy: { at: 'asc' }, take: AT_ONCE, select: { kind: true, at: true, subject: true } })
      if (last.length === 0) return 0
      // Of the last moment all go, a few more than were looked at.
      const { count } = await queue(() => write.sample.deleteMany({ where: { stepMs, at: { lt: before, lte: last.at(-1)!.at } } }))
      return count
    },
  }
}

/** An upsert a bucket would hold up the appends that wait behind it. */
async function replace(tx: Tx, dialect: Dialect, buckets: readonly SampleBucket[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO "Sample" ("kind", "stepMs", "at", "subject", "figures") VALUES ${rowPlaces(dialect, buckets.length, ['text', 'int', 'float8', 'text', 'text'])}
     ON CONFLICT ("kind", "stepMs", "at", "subject") DO UPDATE SET "figures" = excluded."figures"`,
    ...buckets.flatMap(({ kind, stepMs, at, subject, figures }) => [kind, stepMs, at, subject, JSON.stringify(figures)]),
  )
}
