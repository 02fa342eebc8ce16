import type { Json } from '@/domain/json'
import { forkedGraph, reusedFacts, type ForkOverride } from '@/domain/run/fork-run'
import type { RunId } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import { authorise, type Actor } from './actor'
import { checkRun, queueRun, type QueueRunDeps } from './queue-run'
import type { KeepSnapshot } from './keep-snapshot'
import type { ReadRun } from './read-run'
import { NotFound } from './refusals'

type Deps = QueueRunDeps & { read: ReadRun; snapshots: Pick<KeepSnapshot, 'find'>; runs: RunControl; ids: Ids }
export type ForkWanted = { fromNode?: string | undefined; snapshotId?: string | undefined; overrides: Record<string, ForkOverride>; input?: Json | undefined }

/**
 * A new run that takes over what the parent has and nothing edited leads to.
 * From a node: that node and all behind it run again. From a snapshot: what was settled then is taken over.
 * @throws {NotFound} {UnknownForkNode} {InvalidGraph} {InvalidInput}
 */
export function forkRun(deps: Deps) {
  return async (actor: Actor, parentId: string, wanted: ForkWanted): Promise<{ id: RunId; parentRunId: RunId }> => {
    authorise(actor, 'runs.write')
    const { id, run: now } = await deps.read.state(actor, parentId)
    const parent = wanted.snapshotId === undefined ? now : await snapshotState(deps.snapshots, actor, id, wanted.snapshotId)
    const parentGraph = await deps.read.graph(actor, id)
    const graph = forkedGraph(parentGraph, wanted.overrides)
    const input = wanted.input ?? parent.input
    checkRun(graph, input)
    const reused = reusedFacts(parent, id, graph, { from: wanted.fromNode, overrides: wanted.overrides, newInput: wanted.input !== undefined })
    const runId = deps.ids.next('run') as RunId
    await queueRun(deps, runId, {
      graph, input, reused, workflowId: parent.workflowId, workflowName: parent.workflowName, version: parent.version, priority: parent.priority,
      parentRunId: id, ...(wanted.fromNode !== undefined && { forkedFrom: wanted.fromNode }),
      // Of a part of a workflow only a part is left.
      ...(parent.origin?.kind === 'trial' && { origin: parent.origin }),
    })
    await deps.runs.submit(runId)
    return { id: runId, parentRunId: id }
  }
}

async function snapshotState(snapshots: Pick<KeepSnapshot, 'find'>, actor: Actor, runId: RunId, snapshotId: string): Promise<RunState> {
  const snapshot = await snapshots.find(actor, snapshotId)
  if (snapshot.runId !== runId) throw new NotFound('UNKNOWN_SNAPSHOT', `Run ${runId} has no snapshot ${snapshotId}`, 'See the snapshots of the run.')
  return snapshot.state
}

export type ForkRun = ReturnType<typeof forkRun>
