import type { Graph } from '@/domain/graph/graph'
import { validateGraph, type GraphIssue } from '@/domain/graph/validate'
import { Graph as GraphSchema } from '@/domain/graph/graph'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import type { Page, RunLog } from '@/server/ports/run-log'
import { UnknownWorkflow, type Workflow, type WorkflowStore, type WorkflowSummary, type WorkflowVersion } from '@/server/ports/workflow-store'
import { authorise, nameOf, type Actor } from './actor'
import { issuesOfCalls } from './find-callee'
import { frozenVersion } from './frozen-version'
import { HoldsRuns, InvalidGraph } from './refusals'

type Deps = { workflows: WorkflowStore; runLog: RunLog; runs: Pick<RunControl, 'setPause'>; clock: Clock; ids: Ids }

/** Workflows as people keep them. A draft may be unfinished; what is published can run. */
export function editWorkflow({ workflows, runLog, runs, clock, ids }: Deps) {
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
      const updated = await workflows.update(id, change, revision, clock.now())
      if (!updated) throw new UnknownWorkflow(id)
      return updated
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
      const issues = [...validateGraph(graph), ...(await issuesOfCalls({ workflows, runLog }, graph, { id, name }))]
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
      if (parsed.success) return [...validateGraph(parsed.data), ...(await issuesOfCalls({ workflows, runLog }, parsed.data, self))]
      return parsed.error.issues.map((issue) => ({ code: 'FIELD', path: issue.path.join('.'), message: `${issue.path.join('.')}: ${issue.message}` }))
    },
  }
}
