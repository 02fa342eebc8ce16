import type { Json } from '@/domain/json'
import { forkedGraph, reusedFacts, type ForkOverride } from '@/domain/run/fork-run'
import type { RunId } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import { authorise, type Actor } from './actor'
import { checkRun, queueRun, type QueueRunDeps, type RunToQueue } from './queue-run'
import type { Proofread } from './issues-of-graph'
import type { KeepSnapshot } from './keep-snapshot'
import type { ReadRun } from './read-run'
import { NotFound } from './refusals'

type Deps = QueueRunDeps & Proofread & { read: ReadRun; snapshots: Pick<KeepSnapshot, 'find'>; runs: RunControl; ids: Ids }
export type ForkWanted = { fromNode?: string | undefined; snapshotId?: string | undefined; overrides: Record<string, ForkOverride>; input?: Json | undefined }

/**
 * New runs that take over what the parent has and nothing edited leads to, side by side: all of them, or none where one is refused.
 * From a node: that node and all behind it run again. From a snapshot: what was settled then is taken over.
 * @throws {NotFound} {UnknownForkNode} {InvalidGraph} {InvalidInput}
 */
export function forkRuns(deps: Deps) {
  const planned = async (actor: Actor, parentId: string, wanted: ForkWanted): Promise<RunToQueue & { parentRunId: RunId }> => {
    const { id, run: now } = await deps.read.state(actor, parentId)
    const parent = wanted.snapshotId === undefined ? now : await snapshotState(deps.snapshots, actor, id, wanted.snapshotId)
    const parentGraph = await deps.read.graph(actor, id)
    const graph = forkedGraph(parentGraph, wanted.overrides)
    const input = wanted.input ?? parent.input
    await checkRun(deps, graph, input)
    const reused = reusedFacts(parent, id, graph, { from: wanted.fromNode, overrides: wanted.overrides, newInput: wanted.input !== undefined })
    return {
      graph, input, reused, workflowId: parent.workflowId, workflowName: parent.workflowName, version: parent.version, priority: parent.priority,
      parentRunId: id, ...(wanted.fromNode !== undefined && { forkedFrom: wanted.fromNode }),
      // Of a part of a workflow only a part is left.
      ...(parent.origin?.kind === 'trial' && { origin: parent.origin }),
    }
  }
  return async (actor: Actor, parentId: string, branches: readonly ForkWanted[]): Promise<{ ids: RunId[]; parentRunId: RunId }> => {
    authorise(actor, 'runs.write')
    const runs: (RunToQueue & { parentRunId: RunId })[] = []
    for (const wanted of branches) runs.push(await planned(actor, parentId, wanted))
    const ids = runs.map(() => deps.ids.next('run') as RunId)
    for (const [index, run] of runs.entries()) await queueRun(deps, ids[index]!, run)
    // Only now: the first must not be done before the last begins.
    await Promise.all(ids.map((id) => deps.runs.submit(id)))
    return { ids, parentRunId: runs[0]!.parentRunId }
  }
}

/** One fork. @throws {NotFound} {UnknownForkNode} {InvalidGraph} {InvalidInput} */
export function forkRun(forks: ForkRuns) {
  return async (actor: Actor, parentId: string, wanted: ForkWanted): Promise<{ id: RunId; parentRunId: RunId }> => {
    const { ids, parentRunId } = await forks(actor, parentId, [wanted])
    return { id: ids[0]!, parentRunId }
  }
}

async function snapshotState(snapshots: Pick<KeepSnapshot, 'find'>, actor: Actor, runId: RunId, snapshotId: string): Promise<RunState> {
  const snapshot = await snapshots.find(actor, snapshotId)
  if (snapshot.runId !== runId) throw new NotFound('UNKNOWN_SNAPSHOT', `Run ${runId} has no snapshot ${snapshotId}`, 'See the snapshots of the run.')
  return snapshot.state
}

export type ForkRuns = ReturnType<typeof forkRuns>
export type ForkRun = ReturnType<typeof forkRun>
