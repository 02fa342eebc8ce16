import { isRemark, sourceHandleOf, type Graph } from '@/domain/graph/graph'
import { isDisabled, passingHandle } from '@/domain/graph/node-types'
import { adjacencyOf, topologicalOrder } from '@/domain/graph/order'

/** The line of nodes that a run waits for longest, first to last, with the edges between them. */
export type CriticalPath = { nodes: readonly string[]; edges: readonly string[]; durationMs: number }

/**
 * The longest way through a drawn graph, by what its nodes usually take. Nodes of which nothing is known take no time; of ways that
 * take as long it is the one with more nodes that ran, not through a branch that was skipped.
 * @returns undefined where no node is known
 */
export function criticalPath(graph: Graph, durationMsOf: (nodeId: string) => number | undefined): CriticalPath | undefined {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  const { into } = adjacencyOf(graph)
  const best = new Map<string, Way>()
  let end: string | undefined
  for (const id of topologicalOrder(graph).order) {
    const node = nodes.get(id)!
    if (isRemark(node.type)) continue
    let via: Way['via']
    let before: Pick<Way, 'total' | 'known'> = { total: 0, known: 0 }
    for (const edge of into.get(id) ?? []) {
      const source = nodes.get(edge.source)
      // What is set aside hands on by one handle only: behind the others nothing runs.
      if (!source || (isDisabled(source.config) && sourceHandleOf(edge) !== passingHandle(source.type))) continue
      const way = best.get(edge.source)
      if (way && (via === undefined || isLonger(way, before))) [via, before] = [edge, way]
    }
    const own = isDisabled(node.config) ? undefined : durationMsOf(id)
    const way = { total: before.total + (own ?? 0), known: before.known + (own === undefined ? 0 : 1), via }
    best.set(id, way)
    // What takes no time at its end is on it too: the run ends there.
    if (end === undefined || !isLonger(best.get(end)!, way)) end = id
  }
  if (end === undefined || best.get(end)!.total <= 0) return undefined
  return walkBack(best, end)
}

/** The longest way to a node; `known`: how many nodes on it are known to have run. */
type Way = { total: number; known: number; via: { id: string; source: string } | undefined }

function isLonger(one: Pick<Way, 'total' | 'known'>, other: Pick<Way, 'total' | 'known'>): boolean {
  return one.total > other.total || (one.total === other.total && one.known > other.known)
}

function walkBack(best: ReadonlyMap<string, Way>, end: string): CriticalPath {
  const nodes: string[] = [end]
  const edges: string[] = []
  for (let via = best.get(end)!.via; via !== undefined; via = best.get(via.source)?.via) {
    edges.unshift(via.id)
    nodes.unshift(via.source)
  }
  return { nodes, edges, durationMs: best.get(end)!.total }
}
