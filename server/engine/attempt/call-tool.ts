import { AppError } from '@/domain/error'
import type { Tool } from '@/domain/graph/agent-tools'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { compileGraph } from '@/domain/run/run-graph'
import type { Clock } from '@/server/ports/clock'
import type { AttemptDeps } from './prepared'
import { prepareTurn } from './prepare-turn'

/** What it would do is a run of its own, or nobody does it here. */
class ToolNotTried extends AppError {
  readonly code = 'TOOL_NOT_TRIED'
  readonly hint = 'A tool that runs a workflow is tried by running that workflow; one that is given on is carried out elsewhere.'
  constructor(name: string) {
    super(`"${name}" cannot be called by itself`)
  }
}

const AGENT = 'agent'

/**
 * One call of an agent's tool outside of any run: the same templates, checks of the arguments, egress guard and sandbox.
 * @throws {ToolNotTried}, and whatever the call came to instead of a result
 */
export async function callTool(deps: AttemptDeps & { clock: Pick<Clock, 'now'> }, tool: Tool, args: Json, { id, signal }: { id: string; signal: AbortSignal }): Promise<Json> {
  if (!tool.run || tool.run.kind === 'subworkflow') throw new ToolNotTried(tool.name)
  const graph = compileGraph(Graph.parse({ nodes: [{ id: AGENT, type: 'agent', name: AGENT, position: { x: 0, y: 0 }, config: { prompt: '-', tools: [tool] } }], edges: [] }))
  const agent = graph.nodes.get(AGENT)
  const turn = graph.loops.get(AGENT)
  const node = turn?.nodes.get(tool.name)
  if (agent?.type !== 'agent' || !turn || !node) throw new ToolNotTried(tool.name)
  const key = `${AGENT}[0].${tool.name}`
  const prepared = await prepareTurn(
    deps, node, { input: args, steps: {}, memory: {}, run: { id } },
    { agentKey: AGENT, agent, turn, index: 0, prefix: `${AGENT}[0].`, call: { id: 'tried', name: tool.name, arguments: args }, messages: [] },
    { runId: id, workflowId: '', key, attempt: 1, priority: 5, callsToCome: 0, caller: () => Promise.reject(new ToolNotTried(tool.name)) },
  )
  if (prepared.result) return prepared.result.output
  if (!prepared.run) throw new ToolNotTried(tool.name)
  return (await prepared.run(signal, () => undefined)).output
}
