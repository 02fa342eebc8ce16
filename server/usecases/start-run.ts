import type { Json } from '@/domain/json'
import type { RunId } from '@/domain/run/run-event'
import type { RunOrigin } from '@/domain/run/run-origin'
import type { TraceParent } from '@/domain/run/trace-parent'
import type { RunStatus } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import { contentHash } from '@/server/ports/graph-hash'
import { RunConflict, type KeyClaim } from '@/server/ports/run-log'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, nameOf, type Actor } from './actor'
import { chosenVersion } from './chosen-version'
import { checkRun, queueRun, type QueueRunDeps } from './queue-run'
import { issuesOfCalls } from './find-callee'
import type { Proofread } from './issues-of-graph'
import { IdempotencyKeyReused, InvalidGraph } from './refusals'

export type StartRunDeps = QueueRunDeps & Proofread & { workflows: WorkflowStore; runs: RunControl; clock: Pick<Clock, 'now'>; ids: Ids }
export type RunWanted = { workflowId: string; input: Json; priority?: number | undefined; version?: number | 'draft' | undefined; idempotencyKey?: string | undefined; /** Left out: the person who asks. */ origin?: RunOrigin; /** The caller's span. */ trace?: TraceParent | undefined }

/** How long a key names its run; after that it is a new one. */
export const KEY_LIFE_MS = 7 * 24 * 60 * 60 * 1_000

/**
 * Starts a run of a workflow's version. A call that repeats a key gets the run of the first, whatever became of the workflow.
 * The key is claimed before the run is written: of two calls at once, one wins and both name its run. A crash between the
 * two leaves a key whose run does not exist; the next call with that key writes it.
 * @throws {UnknownWorkflow} {NotFound} {InvalidGraph} {InvalidInput}
 * @throws {IdempotencyKeyReused} the key was used to ask for something else
 */
export function startRun(deps: StartRunDeps) {
  return async (actor: Actor, wanted: RunWanted): Promise<{ id: RunId; status: RunStatus }> => {
    authorise(actor, 'runs.write')
    const earlier = await startedEarlier(deps, wanted)
    if (earlier) return earlier
    const workflow = await deps.workflows.find(wanted.workflowId)
    if (!workflow) throw new UnknownWorkflow(wanted.workflowId)
    const { graph, version } = await chosenVersion(deps, workflow, wanted.version)
    await checkRun(deps, graph, wanted.input)
    const issues = await issuesOfCalls(deps, graph, workflow)
    if (issues.length > 0) throw new InvalidGraph(issues)
    const runId = await claim(deps, wanted)
    try {
      await queueRun(deps, runId, { graph, workflowId: workflow.id, workflowName: workflow.name, version, input: wanted.input, priority: wanted.priority ?? 5, origin: wanted.origin ?? { kind: 'person', by: nameOf(actor) }, ...(wanted.trace && { trace: wanted.trace }) })
    } catch (error) {
      // Only the call with the same key can have been first: its run is this one.
      if (!(error instanceof RunConflict)) throw error
      return { id: runId, status: (await deps.runLog.find(runId))?.status ?? 'queued' }
    }
    await deps.runs.submit(runId)
    return { id: runId, status: 'queued' }
  }
}

async function startedEarlier({ runLog, clock }: StartRunDeps, wanted: RunWanted): Promise<{ id: RunId; status: RunStatus } | undefined> {
  const { workflowId, idempotencyKey } = wanted
  const claim = idempotencyKey === undefined ? undefined : await runLog.findKey(workflowId, idempotencyKey, clock.now() - KEY_LIFE_MS)
  const run = claim && (await runLog.find(sameBody(claim, wanted).runId))
  return run && { id: run.id, status: run.status }
}

async function claim({ runLog, ids, clock }: StartRunDeps, wanted: RunWanted): Promise<RunId> {
  const { workflowId, idempotencyKey: key } = wanted
  const runId = ids.next('run') as RunId
  if (key === undefined) return runId
  const at = clock.now()
  return sameBody(await runLog.claimKey({ workflowId, key, runId, bodyHash: hashOf(wanted), at }, at - KEY_LIFE_MS), wanted).runId
}

function sameBody(claim: KeyClaim, wanted: RunWanted): KeyClaim {
  if (claim.bodyHash !== '' && claim.bodyHash !== hashOf(wanted)) throw new IdempotencyKeyReused(claim.runId)
  return claim
}

/** Of all that the caller asked for, as asked: what is left out stays left out, whatever it would mean today. */
function hashOf({ input, priority, version, origin }: RunWanted): string {
  // A fire or a delivery is one, whatever it says the second time.
  if (origin !== undefined && origin.kind !== 'person') return ''
  return contentHash({ input, priority, version })
}
