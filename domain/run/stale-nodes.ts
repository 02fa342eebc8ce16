import { isRemark, sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import { adjacencyOf, topologicalOrder } from '@/domain/graph/order'
import { configPrint, printOf } from '@/domain/graph/value-print'
import type { LastResult } from './last-results'

export type LastResults = Readonly<Record<string, LastResult>>
/** `changed`: its own settings or edges; `upstream`: something before it changed, or ran anew and gave something else. */
export type Staleness = 'changed' | 'upstream'

/** Nodes whose last output is not what they would give now. One that never gave any is not stale. */
export function staleNodes(graph: Graph, results: LastResults): ReadonlyMap<string, Staleness> {
  const stale = new Map<string, Staleness>()
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  const { into } = adjacencyOf(graph)
  for (const id of topologicalOrder(graph).order) {
    const node = nodes.get(id)!
    const last = resultOf(results, id)
    // What is given is never worked out; what a run takes is no work.
    if (!last || isPinned(node) || node.type === 'input' || isRemark(node.type)) continue
    const edges = into.get(id) ?? []
    const wires = edges.map((edge) => `${edge.source}/${sourceHandleOf(edge)}`)
    if (last.pinned || last.configPrint !== configPrint(node) || !sameSet(wires, last.wires)) stale.set(id, 'changed')
    else if (edges.some(({ source }) => stale.has(source) || currentPrint(nodes.get(source), results) !== last.took[source])) stale.set(id, 'upstream')
  }
  return stale
}

/** The print of what a node would hand on now, without running again. */
function currentPrint(node: GraphNode | undefined, results: LastResults): string | undefined {
  if (!node) return undefined
  if (isPinned(node)) return printOf(node.config.pinnedOutput!)
  return resultOf(results, node.id)?.outputPrint
}

export function isPinned({ config }: Pick<GraphNode, 'config'>): boolean {
  return config.pinnedOutput !== undefined
}

/** A node may be called like what every object has: `constructor`. */
export function resultOf(results: LastResults, id: string): LastResult | undefined {
  return Object.hasOwn(results, id) ? results[id] : undefined
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item))
}
