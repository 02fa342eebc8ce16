import type { RunFact, RunId } from '@/domain/run/run-event'
import { RunFinished } from '@/domain/run/decide-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { Logger } from '@/server/ports/log-store'
import type { RunControl } from '@/server/ports/run-control'
import { createQuietProfiler } from '@/server/adapters/memory/quiet-profiler'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryHookStore } from '../adapters/memory/memory-hook-store'
import { createMemoryLogStore } from '../adapters/memory/memory-log-store'
import { createNoRetention } from '../adapters/memory/memory-retained'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemoryScheduleStore } from '../adapters/memory/memory-schedule-store'
import { createMemorySnapshotStore } from '../adapters/memory/memory-snapshot-store'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { createNoSamples } from '../adapters/memory/memory-sample-store'
import { createQuietAlerts } from '../adapters/memory/quiet-alerts'
import { createRunFeed } from '../adapters/memory/run-feed'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { createUseCases, type UseCaseDeps } from '../boot/use-cases'
import { localActor } from './actor'
import { createTemplates } from '../adapters/templates/create-templates'

/** All use cases over stores in memory; runs are submitted to nobody. `runs`: what a test wants to hear of the engine. */
export function createUseCaseWorld(runs: Partial<RunControl> = {}, logger: Logger = () => undefined) {
  const clock = createManualClock()
  const runLog = createMemoryRunLog({ clock })
  const submitted: string[] = []
  const workflows = createMemoryWorkflowStore()
  const done = () => Promise.resolve()
  const deps = {
    ...createQuietAlerts(), ...createNoSamples(), retention: createNoRetention(), callLimits: { atFirst: { models: [], keys: [] }, onSet: () => undefined }, profiler: createQuietProfiler(), tokenPrices: [], previews: createTemplates({ threads: 1 }), clock, runLog, ids: createSeededIds(), feed: createRunFeed(), workflows, schedules: createMemoryScheduleStore(workflows), schedulesChanged: () => undefined, hooks: createMemoryHookStore(workflows), logger, snapshots: createMemorySnapshotStore(), logs: createMemoryLogStore(),
    runs: { submit: (id: RunId) => (submitted.push(id), done()), cancel: done, answer: done, noteSnapshot: () => Promise.reject(new RunFinished('at work elsewhere')), line: () => [], setPause: () => undefined, ...runs },
    fleet: () => ({ simulated: true, policy: 'p', waiting: 0, instances: [] }), health: () => ({ status: 'ok', version: '0', uptimeMs: 0, checks: [] }),
  } satisfies UseCaseDeps
  const useCases = createUseCases(deps)
  return {
    ...useCases, deps, clock, runLog, submitted,
    /** What the engine would have written. */
    async record(id: RunId, ...facts: RunFact[]): Promise<void> {
      const { run } = await useCases.runs.state(localActor, id)
      await runLog.append(id, facts, run.seq, (events) => foldRun(run, events))
    },
  }
}
