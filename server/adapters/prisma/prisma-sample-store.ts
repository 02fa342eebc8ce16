import 'server-only'
import type { Json } from '@/domain/json'
import type { SampleKind, SampleStore } from '@/server/ports/sample-store'
import type { StoreDatabase } from './store-database'
import { isUniqueViolation } from './unique-violation'

/** Buckets a call deletes, in one statement. */
const AT_ONCE = 1_000

/** Samples in the database: a row a bucket. */
export function createPrismaSampleStore({ read, write, queue }: StoreDatabase): SampleStore {
  return {
    write: (buckets, { name, from, to }) => queue(() => write.$transaction(async (tx) => {
      // S2: the row of the mark is what two writers meet at.
      const moved = from === undefined
        ? await tx.sampleMark.createMany({ data: (await tx.sampleMark.findUnique({ where: { name } })) ? [] : [{ name, at: to }] })
        : await tx.sampleMark.updateMany({ where: { name, at: from }, data: { at: to } })
      if (moved.count === 0) return false
      for (const { kind, stepMs, at, subject, figures } of buckets) {
        const key = { kind, stepMs, at, subject }
        const json = JSON.stringify(figures)
        await tx.sample.upsert({ where: { kind_stepMs_at_subject: key }, create: { ...key, figures: json }, update: { figures: json } })
      }
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
