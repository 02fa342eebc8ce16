import type { Graph } from '@/domain/graph/graph'
import type { RunLog } from '@/server/ports/run-log'
import type { Workflow, WorkflowStore, WorkflowVersion } from '@/server/ports/workflow-store'
import { NotFound } from './refusals'

type Deps = { workflows: Pick<WorkflowStore, 'versions'>; runLog: Pick<RunLog, 'loadGraph'> }

/** A published version with the graph as it was frozen. @throws {NotFound} */
export async function frozenVersion({ workflows, runLog }: Deps, { id, name }: Pick<Workflow, 'id' | 'name'>, version: number): Promise<WorkflowVersion & { graph: Graph }> {
  const frozen = (await workflows.versions(id)).find((one) => one.version === version)
  const graph = frozen && (await runLog.loadGraph(frozen.graphHash))
  if (!graph) throw new NotFound('UNKNOWN_VERSION', `${name} has no version ${version}`, 'See its list of versions, or take the draft.')
  return { ...frozen, graph }
}
