import { isRemark, sourceHandleOf, type Graph } from '@/domain/graph/graph'
import { isDisabled, passingHandle } from '@/domain/graph/node-types'
import { adjacencyOf, topologicalOrder } from '@/domain/graph/order'

/** The line of nodes that a run waits for longest, first to last, with the edges between them. */
export type CriticalPath = { nodes: readonly string[]; edges: readonly string[]; durationMs: number }

/**
 * The longest way through a drawn graph, by what its nodes usually take. Nodes of which nothing is known take no time.
 * @returns undefined where no node is known
 */
export function criticalPath(graph: Graph, durationMsOf: (nodeId: string) => number | undefined): CriticalPath | undefined {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  const { into } = adjacencyOf(graph)
  const best = new Map<string, { total: number; via: { id: string; source: string } | undefined }>()
  let end: string | undefined
  for (const id of topologicalOrder(graph).order) {
    const node = nodes.get(id)!
    if (isRemark(node.type)) continue
    let via: { id: string; source: string } | undefined
    let before = 0
    for (const edge of into.get(id) ?? []) {
      const source = nodes.get(edge.source)
      // What is set aside hands on by one handle only: behind the others nothing runs.
      if (!source || (isDisabled(source.config) && sourceHandleOf(edge) !== passingHandle(source.type))) continue
      const total = best.get(edge.source)?.total ?? 0
      if (via === undefined || total > before) [via, before] = [edge, total]
    }
    const total = before + (isDisabled(node.config) ? 0 : (durationMsOf(id) ?? 0))
    best.set(id, { total, via })
    // What takes no time at its end is on it too: the run ends there.
    if (end === undefined || total >= best.get(end)!.total) end = id
  }
  if (end === undefined || best.get(end)!.total <= 0) return undefined
  return walkBack(best, end)
}

function walkBack(best: ReadonlyMap<string, { total: number; via: { id: string; source: string } | undefined }>, end: string): CriticalPath {
  const nodes: string[] = [end]
  const edges: string[] = []
  for (let via = best.get(end)!.via; via !== undefined; via = best.get(via.source)?.via) {
    edges.unshift(via.id)
    nodes.unshift(via.source)
  }
  return { nodes, edges, durationMs: best.get(end)!.total }
}
