import type { Json } from '@/domain/json'
import { NodeId, type Graph, type GraphEdge, type GraphNode } from './graph'
import type { GraphDiff, ItemDiff } from './graph-diff'
import { newEdge } from './new-node'

/** Old id → new id. */
export type Renamed = ReadonlyMap<string, string>

/** The diff as it would be had the nodes of the graph at `path` had these ids from the first: edges and templates follow. */
export function renamedDiff(diff: GraphDiff, path: readonly string[], ids: Renamed): GraphDiff {
  const [map, ...rest] = path
  if (map !== undefined) return { ...diff, nodes: diff.nodes.map((one) => inMap(one, map, rest, ids)) }
  return {
    nodes: diff.nodes.map((one) => renamedNodeDiff(one, ids)),
    edges: diff.edges.map((one) => renamedEdgeDiff(one, ids)),
    ...(diff.nodeOrder && { nodeOrder: { from: diff.nodeOrder.from.map((id) => ids.get(id) ?? id), to: diff.nodeOrder.to.map((id) => ids.get(id) ?? id) } }),
    ...(diff.edgeOrder && { edgeOrder: diff.edgeOrder }),
  }
}

/** `steps.agent` → `steps.agent2`, in every template and expression of a config. */
function renamedReferences<T>(value: T, ids: Renamed): T {
  const text = JSON.stringify(value)
  if (!text.includes('steps.')) return value
  const renamed = text.replaceAll(/\bsteps\.([A-Za-z0-9_-]+)/g, (whole, id: string) => (ids.has(id) ? `steps.${ids.get(id)}` : whole))
  return renamed === text ? value : (JSON.parse(renamed) as T)
}

function inMap(one: ItemDiff<GraphNode>, map: string, rest: readonly string[], ids: Renamed): ItemDiff<GraphNode> {
  return one.id === map && one.do === 'change' && one.body ? { ...one, body: renamedDiff(one.body, rest, ids) } : one
}

function renamedNodeDiff(one: ItemDiff<GraphNode>, ids: Renamed): ItemDiff<GraphNode> {
  const id = ids.get(one.id) ?? one.id
  if (one.do !== 'change') return { ...one, id, item: renamedNode(one.item, ids) }
  const fields = one.fields.map((field) => (field.field.startsWith('config.') ? renamedReferences(field, ids) : field))
  return { ...one, id, fields, ...(one.body && { body: renamedReferences(one.body, ids) }) }
}

function renamedNode(node: GraphNode, ids: Renamed): GraphNode {
  return { ...node, id: NodeId.parse(ids.get(node.id) ?? node.id), config: renamedReferences(node.config as Record<string, Json>, ids) }
}

function renamedEdgeDiff(one: ItemDiff<GraphEdge>, ids: Renamed): ItemDiff<GraphEdge> {
  const end = (id: Json | undefined) => (typeof id === 'string' ? (ids.get(id) ?? id) : id)
  if (one.do === 'change') return { ...one, fields: one.fields.map((field) => (field.field === 'source' || field.field === 'target' ? { ...field, from: end(field.from), to: end(field.to) } : field)) }
  const item = renamedEdge(one.item, ids)
  return { ...one, id: item.id, item }
}

/** An id that tells the edge's ends tells the new ones. */
function renamedEdge(edge: GraphEdge, ids: Renamed): GraphEdge {
  const [source, target] = [ids.get(edge.source) ?? edge.source, ids.get(edge.target) ?? edge.target]
  if (source === edge.source && target === edge.target) return edge
  const named = newEdge(edge.source, edge.sourceHandle, edge.target, edge.targetHandle).id === edge.id
  return { ...edge, source: NodeId.parse(source), target: NodeId.parse(target), id: named ? newEdge(source, edge.sourceHandle, target, edge.targetHandle).id : edge.id }
}

/** The same graph under other ids. */
export function renamedGraph(graph: Graph, ids: Renamed): Graph {
  return { nodes: graph.nodes.map((node) => renamedNode(node, ids)), edges: graph.edges.map((edge) => renamedEdge(edge, ids)) }
}
