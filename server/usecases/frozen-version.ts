import type { Graph } from '@/domain/graph/graph'
import { namesIn } from '@/domain/likest'
import type { RunLog } from '@/server/ports/run-log'
import type { Workflow, WorkflowStore, WorkflowVersion } from '@/server/ports/workflow-store'
import { NotFound } from './refusals'

type Deps = { workflows: Pick<WorkflowStore, 'versions'>; runLog: Pick<RunLog, 'loadGraph'> }

/** A published version with the graph as it was frozen. @throws {NotFound} */
export async function frozenVersion({ workflows, runLog }: Deps, { id, name }: Pick<Workflow, 'id' | 'name'>, version: number): Promise<WorkflowVersion & { graph: Graph }> {
  const versions = await workflows.versions(id)
  const frozen = versions.find((one) => one.version === version)
  const graph = frozen && (await runLog.loadGraph(frozen.graphHash))
  if (!graph) throw new NotFound('UNKNOWN_VERSION', `${name} has no version ${version}`, versions.length === 0 ? 'It was never published: take the draft, or publish it.' : `It has ${namesIn(versions.slice(0, 5).map((one) => String(one.version)), versions.length)}. Take one of them, or the draft.`)
  return { ...frozen, graph }
}
