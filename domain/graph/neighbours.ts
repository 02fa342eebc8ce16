import type { Graph, GraphNode } from './graph'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The node that one gets to from another: along an edge to the right or left, else, and up and down, the nearest that lies there. */
export function neighbourOf(graph: Graph, id: string, direction: Direction): GraphNode | undefined {
  const own = graph.nodes.find((node) => node.id === id)
  if (!own) return graph.nodes[0]
  const joined = new Set(graph.edges.flatMap((edge) => (direction === 'right' && edge.source === id ? [edge.target as string] : direction === 'left' && edge.target === id ? [edge.source as string] : [])))
  return nearest(own, graph.nodes.filter((node) => joined.has(node.id))) ?? nearest(own, graph.nodes.filter((node) => node.id !== id && lies(own, node, direction)))
}

/** Within a quarter of the plane. */
function lies(own: GraphNode, { position }: GraphNode, direction: Direction): boolean {
  const dx = position.x - own.position.x
  const dy = position.y - own.position.y
  switch (direction) {
    case 'right':
      return dx > 0 && Math.abs(dy) <= dx
    case 'left':
      return dx < 0 && Math.abs(dy) <= -dx
    case 'down':
      return dy > 0 && Math.abs(dx) <= dy
    case 'up':
      return dy < 0 && Math.abs(dx) <= -dy
  }
}

function nearest(own: GraphNode, nodes: readonly GraphNode[]): GraphNode | undefined {
  const far = ({ position }: GraphNode) => Math.hypot(position.x - own.position.x, position.y - own.position.y)
  return nodes.toSorted((a, b) => far(a) - far(b))[0]
}
