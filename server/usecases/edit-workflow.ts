import type { Graph } from '@/domain/graph/graph'
import type { GraphIssue } from '@/domain/graph/validate'
import { Graph as GraphSchema } from '@/domain/graph/graph'
import { sameJson, type Json } from '@/domain/json'
import { applyChange, changeBetween, fitsDraft, type Draft, type Operation, type WorkflowChange } from '@/domain/graph/workflow-change'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import type { Page, RunLog } from '@/server/ports/run-log'
import { OPERATIONS_KEPT, StaleRevision, UnknownWorkflow, type Workflow, type WorkflowStore, type WorkflowSummary, type WorkflowVersion } from '@/server/ports/workflow-store'
import { authorise, nameOf, type Actor } from './actor'
import { issuesOfCalls } from './find-callee'
import { frozenVersion } from './frozen-version'
import { issuesOfGraph, type Proofread } from './issues-of-graph'
import { HoldsRuns, InvalidGraph, OperationMisfit } from './refusals'

type Deps = Proofread & { workflows: WorkflowStore; runLog: RunLog; runs: Pick<RunControl, 'setPause'>; clock: Clock; ids: Ids }

/** Operations told one by one: behind more of them the draft itself is less. */
const MOST_TOLD = 500

export type Since = { revision: number; operations: Operation[] } | { revision: number; draft: Draft; /** Operations that are in it, as far as they are kept. */ had: string[] }

function draftOf({ name, description, graph }: Workflow): Draft {
  return { name, description, graph }
}

/** Items of one id have no change that tells them apart. */
function tellable(before: Workflow, after: Draft): WorkflowChange | null {
  const change = changeBetween(draftOf(before), after)
  return sameJson(applyChange(draftOf(before), change) as unknown as Json, after as unknown as Json) ? change : null
}

/** Workflows as people keep them. A draft may be unfinished; what is published can run. */
export function editWorkflow({ workflows, runLog, runs, clock, ids, proofreader }: Deps) {
  const found = async (id: string): Promise<Workflow> => {
    const workflow = await workflows.find(id)
    if (!workflow) throw new UnknownWorkflow(id)
    return workflow
  }
  return {
    async list(actor: Actor, filter: { search?: string; cursor?: string; limit?: number }): Promise<Page<WorkflowSummary>> {
      authorise(actor, 'workflows.read')
      return workflows.list(filter)
    },
    async find(actor: Actor, id: string): Promise<Workflow> {
      authorise(actor, 'workflows.read')
      return found(id)
    },
    async create(actor: Actor, { name, description = '', graph }: { name: string; description?: string | undefined; graph: Graph }): Promise<Workflow> {
      authorise(actor, 'workflows.write')
      return workflows.create({ id: ids.next('wf'), name, description, graph, now: clock.now() })
    },
    /** @throws {UnknownWorkflow} {StaleRevision} */
    async update(actor: Actor, id: string, { revision, name, description, graph }: { revision: number; name?: string | undefined; description?: string | undefined; graph?: Graph | undefined }): Promise<Workflow> {
      authorise(actor, 'workflows.write')
      const change = { ...(name !== undefined && { name }), ...(description !== undefined && { description }), ...(graph !== undefined && { graph }) }
      const before = await found(id)
      if (before.revision !== revision) throw new StaleRevision(revision, before.revision)
      const updated = await workflows.update(id, change, revision, clock.now(), [{ id: '', change: tellable(before, { ...draftOf(before), ...change }) }])
      if (!updated) throw new UnknownWorkflow(id)
      return updated
    },
    /**
     * Edits in the order they were made, each a revision of its own; all of them or none.
     * @returns the revision they lead to
     * @throws {UnknownWorkflow} {StaleRevision} {OperationMisfit} {ZodError} the graph they lead to is none
     */
    async append(actor: Actor, id: string, { revision, operations }: { revision: number; operations: readonly Operation[] }): Promise<number> {
      authorise(actor, 'workflows.write')
      const before = await found(id)
      if (before.revision !== revision) throw new StaleRevision(revision, before.revision)
      let draft = draftOf(before)
      for (const { id: operation, change } of operations) {
        if (!fitsDraft(draft, change)) throw new OperationMisfit(operation)
        draft = applyChange(draft, change)
      }
      const updated = await workflows.update(id, { ...draft, graph: GraphSchema.parse(draft.graph) }, revision, clock.now(), operations)
      if (!updated) throw new UnknownWorkflow(id)
      return updated.revision
    },
    /** What was done since a revision; the whole draft where that is not kept, or is more than the draft. */
    async since(actor: Actor, id: string, revision: number): Promise<Since> {
      authorise(actor, 'workflows.read')
      const now = await found(id)
      const behind = now.revision - revision
      const operations = behind > 0 && behind <= MOST_TOLD ? await workflows.operationsAfter(id, revision) : []
      const told = operations.flatMap(({ id: operation, change }) => (change ? [{ id: operation, change }] : []))
      if (behind >= 0 && told.length === behind) return { revision: now.revision, operations: told }
      const ids = operations.length > 0 ? operations : await workflows.operationsAfter(id, now.revision - OPERATIONS_KEPT)
      // Of what came in between two looks, the next look tells.
      return { revision: now.revision, draft: draftOf(now), had: ids.filter((one) => one.revision <= now.revision).map((one) => one.id) }
    },
    /** @throws {HoldsRuns} they would begin unasked, or wait for ever */
    async remove(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'workflows.write')
      const { paused } = await found(id)
      for (const status of paused === null ? [] : (['queued', 'running'] as const)) {
        if ((await runLog.list({ workflowId: id, status, limit: 1 })).items.length > 0) throw new HoldsRuns()
      }
      if (!(await workflows.remove(id))) throw new UnknownWorkflow(id)
      runs.setPause(id, null)
    },
    /** @throws {InvalidGraph} a version has to be able to run */
    async publish(actor: Actor, id: string, note = ''): Promise<WorkflowVersion> {
      authorise(actor, 'workflows.write')
      const { name, graph } = await found(id)
      const issues = [...(await issuesOfGraph({ proofreader }, graph)), ...(await issuesOfCalls({ workflows, runLog }, graph, { id, name }))]
      if (issues.length > 0) throw new InvalidGraph(issues)
      return workflows.publish(id, { author: nameOf(actor), note }, await runLog.saveGraph(graph), clock.now())
    },
    async versions(actor: Actor, id: string): Promise<WorkflowVersion[]> {
      authorise(actor, 'workflows.read')
      await found(id)
      return workflows.versions(id)
    },
    /** @throws {UnknownWorkflow} {NotFound} */
    async version(actor: Actor, id: string, version: number): Promise<WorkflowVersion & { graph: Graph }> {
      authorise(actor, 'workflows.read')
      return frozenVersion({ workflows, runLog }, await found(id), version)
    },
    /** Whatever JSON is given, its problems come back. `workflowId`: the workflow that it is to be the graph of. */
    async validate(actor: Actor, graph: unknown, workflowId?: string): Promise<GraphIssue[]> {
      authorise(actor, 'workflows.read')
      const parsed = GraphSchema.safeParse(graph)
      const self = workflowId === undefined ? undefined : await workflows.find(workflowId)
      if (parsed.success) return [...(await issuesOfGraph({ proofreader }, parsed.data)), ...(await issuesOfCalls({ workflows, runLog }, parsed.data, self))]
      return parsed.error.issues.map((issue) => ({ code: 'FIELD', path: issue.path.join('.'), message: `${issue.path.join('.')}: ${issue.message}` }))
    },
  }
}
