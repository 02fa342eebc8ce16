import { sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import { configPrint, printOf } from '@/domain/graph/value-print'
import type { EpochMs, Json } from '@/domain/json'
import { Usage, type Failure, type Route } from './run-event'
import { stepOf, type RunState, type Step } from './run-state'
import { itemPrefix, parseStepKey } from './run-graph'
import { handleOf, itemsOf, outputOf } from './scope'
import { triedItem } from './trial'

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
  /** In a map's body: the step that all this is told of, and how its node fared with all items. `alone`: it was tried with this one. */
  items?: { step: string; count: number; failed: number; alone?: true }
}

/**
 * What each node did in this run itself. What it took over is left to the run that did it. A node in a map's body is called
 * `map.node`, and all of a body are told of one item: the first that failed, else the last. A map in whose body something
 * was tried has not run itself.
 */
export function resultsOfRun(runId: string, run: RunState, graph: Graph): Record<string, LastResult> {
  const found: Record<string, LastResult> = {}
  collect(graph, '', '', [''], false)
  return found

  /** @param among the prefixes of all items of the level @param alone it was tried with one item */
  function collect(level: Graph, name: string, prefix: string, among: readonly string[], alone: boolean): void {
    for (const node of level.nodes) {
      const tried = triedItem(run, prefix + node.id)
      const result = tried === undefined ? resultIn(runId, run, level, node, prefix) : undefined
      if (result) {
        const items = name !== '' && { items: { step: prefix + node.id, count: among.length, failed: among.filter((one) => stepOf(run, one + node.id).state.kind === 'failed').length, ...(alone && { alone: true as const }) } }
        found[name + node.id] = { ...result, ...items }
      }
      if (node.type !== 'map') continue
      const body = graphAt(level, [node.id])
      const of = (one: string) => itemsOf(stepOf(run, one + node.id)).map((_, index) => itemPrefix(one + node.id, index))
      const prefixes = tried === undefined ? among.flatMap(of) : [itemPrefix(prefix + node.id, tried)]
      const told = itemToTell(run, body, tried === undefined ? of(prefix) : prefixes)
      if (told !== undefined) collect(body, `${name}${node.id}.`, told, prefixes, alone || tried !== undefined)
    }
  }
}

/** What the nodes of a map's body did in this run with one item, by their ids in the body. @param item `outer[3].inner[0]` */
export function resultsOfItem(runId: string, run: RunState, graph: Graph, item: string): Record<string, LastResult> {
  const level = graphAt(graph, parseStepKey(item).map(({ id }) => id))
  return Object.fromEntries(level.nodes.flatMap((node) => {
    const result = resultIn(runId, run, level, node, `${item}.`)
    return result ? [[node.id, result]] : []
  }))
}

function resultIn(runId: string, run: RunState, level: Graph, node: GraphNode, prefix: string): LastResult | undefined {
  const step = stepOf(run, prefix + node.id)
  const status = step.state.kind
  if (step.reusedFrom !== undefined || step.finishedAt === undefined || (status !== 'completed' && status !== 'failed' && status !== 'skipped')) return undefined
  return { runId, at: step.finishedAt, status, ...basisOf(run, level, node, prefix), ...valuesOf(step, node) }
}

/** One for all nodes of a body: what they took and gave belongs together. */
function itemToTell(run: RunState, body: Graph, prefixes: readonly string[]): string | undefined {
  const stateOf = (prefix: string) => body.nodes.map(({ id }) => stepOf(run, prefix + id))
  return prefixes.find((prefix) => stateOf(prefix).some(({ state }) => state.kind === 'failed')) ?? prefixes.findLast((prefix) => stateOf(prefix).some(({ finishedAt }) => finishedAt !== undefined))
}

function basisOf(run: RunState, graph: Graph, node: GraphNode, prefix: string): Pick<LastResult, 'configPrint' | 'wires' | 'took'> {
  const edges = graph.edges.filter((edge) => edge.target === node.id)
  const took = edges.flatMap(({ source }): [string, string][] => {
    const output = outputOf(stepOf(run, prefix + source))
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
