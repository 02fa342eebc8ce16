import type { Graph } from '@/domain/graph/graph'
import type { RunLog } from '@/server/ports/run-log'
import type { Workflow, WorkflowStore } from '@/server/ports/workflow-store'
import { frozenVersion } from './frozen-version'

/** The graph that a run works on: the version named, else the newest published one, else the draft. @throws {NotFound} */
export async function chosenVersion(deps: { workflows: Pick<WorkflowStore, 'versions'>; runLog: Pick<RunLog, 'loadGraph'> }, workflow: Workflow, wanted: number | 'draft' | undefined): Promise<{ graph: Graph; version: number | 'draft' }> {
  const version = wanted ?? workflow.latestVersion ?? 'draft'
  return version === 'draft' ? { graph: workflow.graph, version } : { graph: (await frozenVersion(deps, workflow, version)).graph, version }
}
