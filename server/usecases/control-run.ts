import { RunId } from '@/domain/run/run-event'
import type { RunControl } from '@/server/ports/run-control'
import { authorise, nameOf, type Actor } from './actor'
import { unknownRun } from './refusals'

/** What a person does to a run at work. */
export function controlRun({ runs }: { runs: RunControl }) {
  const idOf = (id: string): RunId => {
    const parsed = RunId.safeParse(id)
    if (!parsed.success) throw unknownRun(id)
    return parsed.data
  }
  return {
    /** @throws {AppError} UNKNOWN_RUN, RUN_FINISHED */
    async cancel(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'runs.write')
      await runs.cancel(idOf(id), nameOf(actor))
    },
    /** @throws {AppError} UNKNOWN_RUN, NOT_WAITING */
    async answer(actor: Actor, id: string, nodeId: string, answer: { decision: 'approve' | 'reject'; comment: string }): Promise<void> {
      authorise(actor, 'runs.answer')
      await runs.answer(idOf(id), nodeId, { ...answer, by: nameOf(actor) })
    },
  }
}
