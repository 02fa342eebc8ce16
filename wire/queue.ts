import { z } from 'zod'
import { QUEUE_REASONS } from '@/domain/run/admit-runs'
import { pageOf, pageQuery } from './page'

/** Where a run stands in the line, from 1, and what it waits for; `model`: the one whose limit is reached. */
export const QueueTurn = z.object({ place: z.int().min(1), waitsFor: z.enum(QUEUE_REASONS), model: z.string().optional() })
export type QueueTurn = z.infer<typeof QueueTurn>

const QueueItem = QueueTurn.extend({ runId: z.string() })
export type QueueItem = z.infer<typeof QueueItem>

/** `cursor`: the place to go on behind. `runId`: this run alone, or nothing where it does not wait. */
export const QueueQuery = z.strictObject({ ...pageQuery, cursor: z.coerce.number().int().min(0).optional(), runId: z.string().max(100).optional() })
/** `length`: all that wait. */
export const QueuePage = pageOf(QueueItem).extend({ length: z.int() })
export type QueuePage = z.infer<typeof QueuePage>

type Turn = { place: number; reason: QueueTurn['waitsFor']; model?: string }

export function queueTurn({ place, reason, model }: Turn): QueueTurn {
  return { place, waitsFor: reason, ...(model !== undefined && { model }) }
}
