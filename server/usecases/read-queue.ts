import type { Turn } from '@/domain/run/admit-runs'
import type { RunControl } from '@/server/ports/run-control'
import { authorise, type Actor } from './actor'

/** Turns handed out at once. */
const PAGE = 200

/** The line of runs that wait for a place. */
export function readQueue({ runs }: { runs: Pick<RunControl, 'line'> }) {
  /** @param after the place to go on behind; @param runId where this one stands alone */
  return async (actor: Actor, { after = 0, limit = PAGE, runId }: { after?: number | undefined; limit?: number | undefined; runId?: string | undefined }): Promise<{ items: Turn[]; next: number | undefined; length: number }> => {
    authorise(actor, 'runs.read')
    const line = await runs.line()
    const wanted = runId === undefined ? line.slice(after, after + limit) : line.filter(({ id }) => id === runId)
    return { items: wanted, next: runId === undefined && after + limit < line.length ? after + limit : undefined, length: line.length }
  }
}
