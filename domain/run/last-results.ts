import { sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import { configPrint, printOf } from '@/domain/graph/value-print'
import type { EpochMs, Json } from '@/domain/json'
import { Usage, type Failure, type Route } from './run-event'
import { stepOf, type RunState, type Step } from './run-state'
import { handleOf, outputOf } from './scope'

/** What a node did when it ran last, and on what. `runId`: the run that really did it, not one that took it over. */
export type LastResult = {
  runId: string
  at: EpochMs
  status: 'completed' | 'failed' | 'skipped'
  configPrint: string
  /** Edges into it, as `source/handle`. */
  wires: readonly string[]
  /** Prints of the values that stood at the other ends of them, by source. */
  took: Readonly<Record<string, string>>
  input?: Json
  /** What it hands on; left out where others cannot go on from it. */
  output?: Json
  outputPrint?: string
  /** The handle that it left by. */
  handle?: string
  durationMs?: number
  usage?: Usage
  route?: Route
  error?: Failure
  pinned?: boolean
}

/** What each node of the outermost level did in this run itself. What it took over is left to the run that did it. */
export function resultsOfRun(runId: string, run: RunState, graph: Graph): Record<string, LastResult> {
  const found: Record<string, LastResult> = {}
  for (const node of graph.nodes) {
    const step = stepOf(run, node.id)
    const status = step.state.kind
    if (step.reusedFrom !== undefined || step.finishedAt === undefined || (status !== 'completed' && status !== 'failed' && status !== 'skipped')) continue
    found[node.id] = { runId, at: step.finishedAt, status, ...basisOf(run, graph, node), ...valuesOf(step, node) }
  }
  return found
}

function basisOf(run: RunState, graph: Graph, node: GraphNode): Pick<LastResult, 'configPrint' | 'wires' | 'took'> {
  const edges = graph.edges.filter((edge) => edge.target === node.id)
  const took = edges.flatMap(({ source }): [string, string][] => {
    const output = outputOf(stepOf(run, source))
    return output === undefined ? [] : [[source, printOf(output)]]
  })
  return { configPrint: configPrint(node), wires: edges.map((edge) => `${edge.source}/${sourceHandleOf(edge)}`), took: Object.fromEntries(took) }
}

function valuesOf(step: Step, node: GraphNode): Partial<LastResult> {
  // What failed hands on its error only where a branch catches it.
  const output = step.state.kind === 'failed' && node.config.onError !== 'branch' ? undefined : outputOf(step)
  const handle = handleOf(step)
  return {
    ...(step.input !== undefined && { input: step.input }), ...(output !== undefined && { output, outputPrint: printOf(output) }), ...(handle !== undefined && { handle }),
    ...(step.startedAt !== undefined && { durationMs: step.finishedAt! - step.startedAt }), ...usageOf(step, node, output), ...(step.route && { route: step.route }),
    ...(step.state.kind === 'failed' && { error: step.state.error }), ...(step.pinned && { pinned: true }),
  }
}

/** Of an agent that called its tools, what all its turns took. */
function usageOf(step: Step, { type }: GraphNode, output: Json | undefined): { usage?: Usage } {
  if (step.usage) return { usage: step.usage }
  const summed = type === 'agent' && output !== null && typeof output === 'object' && !Array.isArray(output) ? Usage.safeParse(output.usage).data : undefined
  return summed ? { usage: summed } : {}
}

/** The newer of two results of a node. That it was left out says less than what it once did. */
export function newerResult(newer: LastResult, older: LastResult): LastResult {
  return newer.status === 'skipped' && older.status !== 'skipped' ? older : newer
}

/** Whether others can go on from it: with its output, or because it said that there is none. */
export function isUsable(result: LastResult | undefined): result is LastResult {
  return result !== undefined && (result.outputPrint !== undefined || result.status === 'skipped')
}
