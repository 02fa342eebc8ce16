import type { RunFact, RunId } from '@/domain/run/run-event'
import { RunFinished } from '@/domain/run/decide-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { Logger } from '@/server/ports/log-store'
import type { RunControl } from '@/server/ports/run-control'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createUseCases, type UseCaseDeps } from '../boot/use-cases'
import { localActor } from './actor'
import { createQuietDeps } from './quiet-deps.suite'

/** All use cases over stores in memory; runs are submitted to nobody. `runs`: what a test wants to hear of the engine. */
export function createUseCaseWorld(runs: Partial<RunControl> = {}, logger: Logger = () => undefined) {
  const clock = createManualClock()
  const submitted: string[] = []
  const quiet = createQuietDeps(clock)
  const deps = {
    ...quiet, logger,
    runs: { ...quiet.runs, submit: async (id: RunId) => void submitted.push(id), noteSnapshot: () => Promise.reject(new RunFinished('at work elsewhere')), ...runs },
  } satisfies UseCaseDeps
  const useCases = createUseCases(deps)
  return {
    ...useCases, deps, clock, runLog: deps.runLog, submitted,
    /** What the engine would have written. */
    async record(id: RunId, ...facts: RunFact[]): Promise<void> {
      const { run } = await useCases.runs.state(localActor, id)
      await deps.runLog.append(id, facts, run.seq, (events) => foldRun(run, events))
    },
  }
}
