import { AppError, isAppError } from '@/domain/error'
import { RunId } from '@/domain/run/run-event'
import type { RunLog } from '@/server/ports/run-log'
import { authorise, type Actor } from './actor'
import type { ForkRun } from './fork-run'
import { unknownRun } from './refusals'

class RunNotFailed extends AppError {
  readonly code = 'RUN_NOT_FAILED'
  readonly hint = 'Only a failed run is tried again. Fork another one at the node to run from.'
  constructor(status: string) {
    super(`The run is ${status}`)
  }
}

class AlreadyRetried extends AppError {
  readonly code = 'ALREADY_RETRIED'
  readonly hint = 'Open the newer run. Should it fail, it can be tried again.'
  constructor(runId: string) {
    super(`Run ${runId} goes on from it already`)
  }
}

export type Retried = { id: string; runId: RunId } | { id: string; refusal: AppError }

/**
 * Tries failed runs again: each in a new run that takes over what was completed and runs what failed and all behind it.
 * A run that cannot be is refused alone. One that a newer run goes on from is not tried twice.
 */
export function retryRuns({ runLog, fork }: { runLog: RunLog; fork: ForkRun }) {
  const retry = async (actor: Actor, id: string): Promise<RunId> => {
    const parsed = RunId.safeParse(id)
    const run = parsed.success ? await runLog.find(parsed.data) : undefined
    if (!run) throw unknownRun(id)
    if (run.status !== 'failed') throw new RunNotFailed(run.status)
    const heirs = (await runLog.list({ parentRunId: run.id, limit: 200 })).items
    const heir = heirs.find(({ status }) => status !== 'failed' && status !== 'cancelled')
    if (heir) throw new AlreadyRetried(heir.id)
    return (await fork(actor, id, { overrides: {} })).id
  }
  return async (actor: Actor, ids: readonly string[]): Promise<Retried[]> => {
    authorise(actor, 'runs.write')
    const results: Retried[] = []
    // One after the other: a second mention, or a fork of the same parent, sees what the first did.
    for (const id of new Set(ids)) {
      try {
        results.push({ id, runId: await retry(actor, id) })
      } catch (error) {
        if (!isAppError(error)) throw error
        results.push({ id, refusal: error })
      }
    }
    return results
  }
}
