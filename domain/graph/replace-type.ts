import { sourceHandleOf, type Graph, type GraphEdge, type GraphNode, type NodeType } from './graph'
import type { GraphEdit } from './graph-edit'
import { firstConfig, newEdge } from './new-node'
import { configs, inputHandles, isLocked, outputHandles } from './node-types'
import { refuseEdge } from './validate'

/**
 * Makes a node one of another type. It keeps its id, so that what reads its output goes on reading it, its place,
 * the settings that the new type has too, and each edge for which the new type has a handle that fits. A locked one stays as it is, its edges too.
 */
export function replaceType(graph: Graph, nodeId: string, type: NodeType, name: string): GraphEdit {
  const node = graph.nodes.find((one) => one.id === nodeId)
  if (!node || isLocked(node)) return { do: 'several', edits: [] }
  const put: GraphNode = { ...node, type, name, config: { ...firstConfig(type), ...sharedConfig(node, type) } }
  const touching = graph.edges.filter((edge) => edge.source === nodeId || edge.target === nodeId)
  const bare: Graph = { nodes: graph.nodes.map((one) => (one.id === nodeId ? put : one)), edges: graph.edges.filter((edge) => !touching.includes(edge)) }
  const { kept, edges } = keptEdges(bare, put, touching)
  return {
    do: 'several',
    edits: [{ do: 'put', nodes: [put] }, { do: 'remove', nodeIds: [], edgeIds: touching.filter((edge) => !kept.has(edge)).map((edge) => edge.id) }, { do: 'add', nodes: [], edges }],
  }
}

/** Edges that stay as they are, and those that take another handle. */
function keptEdges(bare: Graph, node: GraphNode, touching: readonly GraphEdge[]): { kept: Set<GraphEdge>; edges: GraphEdge[] } {
  const kept = new Set<GraphEdge>()
  const edges: GraphEdge[] = []
  const drawn = new Set<string>()
  for (const edge of touching) {
    const fits = candidates(node, edge).find((one) => refuseEdge(bare, one) === undefined)
    if (!fits || drawn.has(endsOf(fits))) continue
    drawn.add(endsOf(fits))
    if (endsOf(fits) === endsOf(edge)) kept.add(edge)
    else edges.push(fits)
  }
  return { kept, edges }
}

/** By the handle it had, else by any other; the way after a failure stays one. */
function candidates(node: GraphNode, edge: GraphEdge): GraphEdge[] {
  if (edge.target === node.id) return inputHandles(node.type, node.config).map(({ id }) => newEdge(edge.source, edge.sourceHandle, node.id, id))
  const had = sourceHandleOf(edge)
  const handles = outputHandles(node.type, node.config).map(({ id }) => id)
  const others = had === 'error' ? [] : handles.filter((id) => id !== 'error' && id !== had)
  return [...(handles.includes(had) ? [had] : []), ...others].map((id) => newEdge(node.id, id, edge.target, edge.targetHandle))
}

const endsOf = (edge: GraphEdge) => newEdge(edge.source, edge.sourceHandle, edge.target, edge.targetHandle).id

function sharedConfig(node: GraphNode, type: NodeType): GraphNode['config'] {
  const { shape } = configs[type]
  return Object.fromEntries(Object.entries(node.config).filter(([field, value]) => {
    const schema = Object.hasOwn(shape, field) ? (shape as Record<string, { safeParse: (value: unknown) => { success: boolean } }>)[field] : undefined
    return schema?.safeParse(value).success === true
  }))
}
