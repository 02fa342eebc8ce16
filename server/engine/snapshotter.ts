import { commonOf } from '@/domain/graph/node-types'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import { locate, type RunGraph } from '@/domain/run/run-graph'
import type { RunState } from '@/domain/run/run-state'
import { DEFAULT_SNAPSHOTS, type SnapshotPolicy } from '@/domain/run/snapshot-policy'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import type { SnapshotStore } from '@/server/ports/run-log'

type Deps = { snapshots: SnapshotStore; clock: Clock; ids: Ids; logger: Logger }

/** Steps after which each one gets a snapshot of its own; graphs with more nodes keep one in several. */
const WANTED = 100
/** Beyond that the next one waits until a tenth more have settled: a list of thousands helps nobody. */
const GROWTH = 0.1

/**
 * Keeps snapshots of a run as its workflow's policy says. A snapshot is a place in the log: losing one loses nothing, so it
 * is written beside the run and never holds it up.
 */
export function createSnapshotter(deps: Deps, runId: RunId, graph: RunGraph, policy: SnapshotPolicy = DEFAULT_SNAPSHOTS) {
  const every = policy.mode === 'every-n' ? policy.steps : Math.max(1, Math.ceil(graph.order.length / WANTED))
  let settled = 0
  let next = every

  /** Whether this append brings the run to a moment that is kept. */
  function isDue(events: readonly RunEvent[]): boolean {
    const ended = events.flatMap((event) => (event.type === 'step.completed' || event.type === 'step.failed' ? [event.nodeId] : []))
    settled += ended.length
    switch (policy.mode) {
      case 'off':
        return false
      case 'critical':
        return ended.some((key) => {
          const node = locate(graph, key)?.node
          return node !== undefined && commonOf(node).critical
        })
      case 'every-n':
        if (settled < next) return false
        next = settled - (settled % every) + every
        return true
      case 'every-step':
        if (settled < next) return false
        next = settled + Math.max(every, settled < WANTED ? 1 : Math.ceil(settled * GROWTH))
        return true
    }
  }

  return {
    onAppended(events: readonly RunEvent[], state: RunState): void {
      if (!isDue(events)) return
      deps.snapshots.save({ id: deps.ids.next('snap'), runId, seq: state.seq, createdAt: deps.clock.now() })
        .then(() => (policy.keep === null ? undefined : deps.snapshots.prune(runId, policy.keep)))
        .catch((error: unknown) => {
          deps.logger({ level: 'WARNING', component: 'engine', category: 'system', message: `No snapshot at seq ${state.seq}: ${String(error)}`, runId })
        })
    },
  }
}
