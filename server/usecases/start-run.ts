import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { RunId } from '@/domain/run/run-event'
import type { RunStatus } from '@/domain/run/run-state'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import { RunConflict } from '@/server/ports/run-log'
import { UnknownWorkflow, type Workflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import { frozenVersion } from './frozen-version'
import { checkRun, queueRun, type QueueRunDeps } from './queue-run'

export type StartRunDeps = QueueRunDeps & { workflows: WorkflowStore; runs: RunControl; ids: Ids }
export type RunWanted = { workflowId: string; input: Json; priority?: number | undefined; version?: number | 'draft' | undefined; idempotencyKey?: string | undefined }

/**
 * Starts a run of a workflow's version. A call that repeats a key gets the run of the first, whatever became of the workflow.
 * The key is claimed before the run is written: of two calls at once, one wins and both name its run. A crash between the
 * two leaves a key whose run does not exist; the next call with that key writes it.
 * @throws {UnknownWorkflow} {NotFound} {InvalidGraph} {InvalidInput}
 */
export function startRun(deps: StartRunDeps) {
  return async (actor: Actor, wanted: RunWanted): Promise<{ id: RunId; status: RunStatus }> => {
    authorise(actor, 'runs.write')
    const earlier = await startedEarlier(deps, wanted)
    if (earlier) return earlier
    const workflow = await deps.workflows.find(wanted.workflowId)
    if (!workflow) throw new UnknownWorkflow(wanted.workflowId)
    const { graph, version } = await chosenVersion(deps, workflow, wanted.version)
    checkRun(graph, wanted.input)
    const runId = await claim(deps, wanted)
    try {
      await queueRun(deps, runId, { graph, workflowId: workflow.id, workflowName: workflow.name, version, input: wanted.input, priority: wanted.priority ?? 5 })
    } catch (error) {
      // Only the call with the same key can have been first: its run is this one.
      if (!(error instanceof RunConflict)) throw error
      return { id: runId, status: (await deps.runLog.find(runId))?.status ?? 'queued' }
    }
    await deps.runs.submit(runId)
    return { id: runId, status: 'queued' }
  }
}

async function startedEarlier({ runLog }: StartRunDeps, { workflowId, idempotencyKey }: RunWanted): Promise<{ id: RunId; status: RunStatus } | undefined> {
  const id = idempotencyKey === undefined ? undefined : await runLog.findByKey(workflowId, idempotencyKey)
  const run = id && (await runLog.find(id))
  return run && { id: run.id, status: run.status }
}

async function claim({ runLog, ids }: StartRunDeps, { workflowId, idempotencyKey }: RunWanted): Promise<RunId> {
  const fresh = ids.next('run') as RunId
  if (idempotencyKey === undefined || (await runLog.saveKey(workflowId, idempotencyKey, fresh))) return fresh
  return (await runLog.findByKey(workflowId, idempotencyKey)) ?? fresh
}

async function chosenVersion(deps: StartRunDeps, workflow: Workflow, wanted: number | 'draft' | undefined): Promise<{ graph: Graph; version: number | 'draft' }> {
  const version = wanted ?? workflow.latestVersion ?? 'draft'
  if (version === 'draft') return { graph: workflow.graph, version }
  const { graph } = await frozenVersion(deps, workflow, version)
  return { graph, version }
}
