import { sourceHandleOf, type Graph, type GraphEdge } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'
import { newEdge } from './new-node'
import { isLocked } from './node-types'
import { refuseEdge } from './validate'

/**
 * Removes nodes and edges; where a removed node stood in a straight line, with one edge in and one out, the line is closed.
 * A locked node stays, and the line with it.
 */
export function removeHealing(graph: Graph, wanted: readonly string[], edgeIds: readonly string[]): GraphEdit {
  const locked = new Set<string>(graph.nodes.filter(isLocked).map((node) => node.id))
  const nodeIds = wanted.filter((id) => !locked.has(id))
  const remove: GraphEdit = { do: 'remove', nodeIds, edgeIds }
  let now = applyEdit(graph, { do: 'remove', nodeIds: [], edgeIds })
  // One after the other: a closed line may be closed again where its other end goes too.
  for (const id of nodeIds) {
    const healing = acrossNode(now, id)
    now = applyEdit(now, { do: 'remove', nodeIds: [id], edgeIds: [] })
    if (healing && !refuseEdge(now, healing)) now = applyEdit(now, { do: 'add', nodes: [], edges: [healing] })
  }
  const before = new Set(graph.edges.map((edge) => edge.id))
  const edges = now.edges.filter((edge) => !before.has(edge.id))
  return edges.length === 0 ? remove : { do: 'several', edits: [remove, { do: 'add', nodes: [], edges }] }
}

function acrossNode(graph: Graph, id: string): GraphEdge | undefined {
  const [into, ...moreIn] = graph.edges.filter((edge) => edge.target === id)
  const [out, ...moreOut] = graph.edges.filter((edge) => edge.source === id)
  if (!into || !out || moreIn.length > 0 || moreOut.length > 0 || sourceHandleOf(out) === 'error') return undefined
  const healing = newEdge(into.source, into.sourceHandle, out.target, out.targetHandle)
  const there = graph.edges.some((edge) => edge.source === healing.source && edge.target === healing.target && sourceHandleOf(edge) === sourceHandleOf(healing))
  return there ? undefined : healing
}
