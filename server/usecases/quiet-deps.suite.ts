import type { Clock } from '@/server/ports/clock'
import { createNoRetention } from '../adapters/memory/memory-retained'
import { createMemoryHookStore } from '../adapters/memory/memory-hook-store'
import { createMemoryLogStore } from '../adapters/memory/memory-log-store'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemoryScheduleStore } from '../adapters/memory/memory-schedule-store'
import { createMemorySnapshotStore } from '../adapters/memory/memory-snapshot-store'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { createNoSamples } from '../adapters/memory/memory-sample-store'
import { createQuietAlerts } from '../adapters/memory/quiet-alerts'
import { createQuietProfiler } from '../adapters/memory/quiet-profiler'
import { createRunFeed } from '../adapters/memory/run-feed'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { createTemplates } from '../adapters/templates/create-templates'
import type { UseCaseDeps } from '../boot/use-cases'

/** All that use cases take, in memory, with nobody at work behind it. A test spreads what it is about over it. */
export function createQuietDeps(clock: Clock) {
  const workflows = createMemoryWorkflowStore()
  const done = () => Promise.resolve()
  const templates = createTemplates({ threads: 1 })
  return {
    ...createQuietAlerts(),
    ...createNoSamples(),
    clock,
    workflows,
    runLog: createMemoryRunLog({ clock }),
    snapshots: createMemorySnapshotStore(),
    schedules: createMemoryScheduleStore(workflows),
    hooks: createMemoryHookStore(workflows),
    logs: createMemoryLogStore(),
    retention: createNoRetention(),
    feed: createRunFeed(),
    ids: createSeededIds(),
    logger: () => undefined,
    profiler: createQuietProfiler(),
    previews: templates, proofreader: templates,
    mcpTools: () => Promise.resolve([]), callTool: () => Promise.resolve(null),
    tokenPrices: [],
    callLimits: { atFirst: { models: [], keys: [] }, onSet: () => undefined },
    schedulesChanged: () => undefined,
    runs: { submit: done, cancel: done, answer: done, noteSnapshot: done, line: () => [], setPause: () => undefined },
    fleet: () => ({ simulated: true, policy: 'p', waiting: 0, instances: [] }),
    health: () => ({ status: 'ok', version: '0', uptimeMs: 0, checks: [] }),
  } satisfies UseCaseDeps
}
