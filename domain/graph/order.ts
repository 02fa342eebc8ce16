import type { Graph, GraphEdge, NodeId } from './graph'

/** Edges into each node, and out of it. */
export type Adjacency = { into: Map<string, GraphEdge[]>; outOf: Map<string, GraphEdge[]> }

export function adjacencyOf(graph: Graph): Adjacency {
  const into = new Map<string, GraphEdge[]>(graph.nodes.map((node) => [node.id, []]))
  const outOf = new Map<string, GraphEdge[]>(graph.nodes.map((node) => [node.id, []]))
  for (const edge of graph.edges) {
    outOf.get(edge.source)?.push(edge)
    into.get(edge.target)?.push(edge)
  }
  return { into, outOf }
}

/**
 * Kahn's order. `cycle` holds one whole circle of node ids when there is one, else it is empty.
 * Linear in nodes and edges.
 */
export function topologicalOrder(graph: Graph): { order: NodeId[]; cycle: NodeId[] } {
  const { into, outOf } = adjacencyOf(graph)
  const waiting = new Map(graph.nodes.map((node) => [node.id as string, into.get(node.id)?.length ?? 0]))
  const ready = graph.nodes.filter((node) => waiting.get(node.id) === 0).map((node) => node.id)
  const order: NodeId[] = []
  for (let at = 0; at < ready.length; at++) {
    const id = ready[at]!
    order.push(id)
    for (const edge of outOf.get(id) ?? []) {
      const left = (waiting.get(edge.target) ?? 0) - 1
      waiting.set(edge.target, left)
      if (left === 0) ready.push(edge.target)
    }
  }
  return { order, cycle: order.length === graph.nodes.length ? [] : findCycle(graph, new Set(order)) }
}

/** Walks backwards among the nodes that no order could place; sooner or later one comes up twice. */
function findCycle(graph: Graph, placed: ReadonlySet<string>): NodeId[] {
  const { into } = adjacencyOf(graph)
  const start = graph.nodes.find((node) => !placed.has(node.id))
  if (!start) return []
  const path: NodeId[] = []
  let at: NodeId = start.id
  while (!path.includes(at)) {
    path.push(at)
    const back = into.get(at)?.find((edge) => !placed.has(edge.source))
    if (!back) return []
    at = back.source
  }
  return path.slice(path.indexOf(at)).reverse()
}

/** Whether an edge from `source` to `target` would close a circle: `target` already reaches `source`. */
export function closesCycle(graph: Graph, source: string, target: string): boolean {
  return source === target || ancestorsOf(graph, source).has(target)
}

/** Every node from which `id` can be reached, `id` left out. */
export function ancestorsOf(graph: Graph, id: string): Set<string> {
  return ancestorsIn(adjacencyOf(graph), id)
}

/** The same, for many nodes of a graph that stays as it is. */
export function ancestorsIn({ into }: Pick<Adjacency, 'into'>, id: string): Set<string> {
  const seen = new Set<string>()
  const stack = [id]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const edge of into.get(at) ?? []) {
      if (seen.has(edge.source)) continue
      seen.add(edge.source)
      stack.push(edge.source)
    }
  }
  return seen
}

/** Every node that can be reached from `id`, `id` left out. */
export function descendantsOf(graph: Graph, id: string): Set<string> {
  const { outOf } = adjacencyOf(graph)
  const seen = new Set<string>()
  const stack = [id]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const edge of outOf.get(at) ?? []) {
      if (seen.has(edge.target)) continue
      seen.add(edge.target)
      stack.push(edge.target)
    }
  }
  return seen
}
