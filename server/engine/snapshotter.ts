import type { RunEvent, RunId } from '@/domain/run/run-event'
import type { RunGraph } from '@/domain/run/run-graph'
import type { RunState } from '@/domain/run/run-state'
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
 * Keeps a snapshot after every step that has settled, of long runs after ever more of them. A snapshot is a place in the
 * log: losing one loses nothing, so it is written beside the run and never holds it up.
 */
export function createSnapshotter(deps: Deps, runId: RunId, graph: RunGraph) {
  const every = Math.max(1, Math.ceil(graph.order.length / WANTED))
  let settled = 0
  let next = every
  return {
    onAppended(events: readonly RunEvent[], state: RunState): void {
      settled += events.filter((event) => event.type === 'step.completed' || event.type === 'step.failed').length
      if (settled < next) return
      next = settled + Math.max(every, settled < WANTED ? 1 : Math.ceil(settled * GROWTH))
      deps.snapshots.save({ id: deps.ids.next('snap'), runId, seq: state.seq, createdAt: deps.clock.now() }).catch((error: unknown) => {
        deps.logger({ level: 'WARNING', component: 'engine', category: 'system', message: `No snapshot at seq ${state.seq}: ${String(error)}`, runId })
      })
    },
  }
}
