import { isRemark, sourceHandleOf, type Graph, type GraphEdge, type GraphNode } from './graph'
import { newEdge } from './new-node'
import { inputHandles, outputHandles } from './node-types'
import { ancestorsOf, descendantsOf } from './order'
import { cycleIssue, refuseEnds, type GraphIssue } from './validate'

/** An edge that is not drawn yet, and why it cannot be. */
export type Connection = { edge: GraphEdge; other: GraphNode; refused: GraphIssue | undefined }

/**
 * All edges that could leave a node, or lead into it: to each other node by each pair of handles, those that are drawn left out.
 * What may be drawn comes first, the nearest node before the others.
 */
export function connectionsOf(graph: Graph, nodeId: string, way: 'out' | 'into'): Connection[] {
  const own = graph.nodes.find((node) => node.id === nodeId)
  if (!own) return []
  // A circle would be closed by what already lies on the other side.
  const barred = way === 'out' ? ancestorsOf(graph, nodeId) : descendantsOf(graph, nodeId)
  const drawn = new Set(graph.edges.map(endsOf))
  const far = ({ position }: GraphNode) => Math.hypot(position.x - own.position.x, position.y - own.position.y)
  return graph.nodes
    .filter((node) => node.id !== nodeId && !isRemark(node.type))
    .toSorted((a, b) => far(a) - far(b))
    .flatMap((other) => {
      const [source, target] = way === 'out' ? [own, other] : [other, own]
      return pairsOf(source, target).filter((edge) => !drawn.has(endsOf(edge))).map((edge) => ({ edge, other, refused: barred.has(other.id) ? cycleIssue(source, target) : refuseEnds(source, target, edge) }))
    })
    .toSorted((a, b) => Number(a.refused !== undefined) - Number(b.refused !== undefined))
}

/** By every output of the one to every input of the other, the way after a failure last. */
function pairsOf(source: GraphNode, target: GraphNode): GraphEdge[] {
  const outputs = outputHandles(source.type, source.config).toSorted((a, b) => Number(a.id === 'error') - Number(b.id === 'error'))
  return outputs.flatMap((from) => inputHandles(target.type, target.config).map((to) => newEdge(source.id, from.id, target.id, to.id)))
}

const endsOf = (edge: GraphEdge) => newEdge(edge.source, sourceHandleOf(edge), edge.target, edge.targetHandle).id
