import type { Json } from '@/domain/json'
import type { Graph, GraphEdge, GraphNode } from './graph'
import { diffOf } from './graph-diff'

/** `moved`: only its place on the canvas differs, which no run can tell. */
export type NodeChange = 'same' | 'added' | 'removed' | 'changed' | 'moved'
export type EdgeChange = 'same' | 'added' | 'removed' | 'changed'

/** A field that differs; a side that lacks it is absent. */
export type FieldChange = { field: string; from?: Json; to?: Json }
export type ComparedNode = { node: GraphNode; change: NodeChange; fields: FieldChange[] }
export type ComparedEdge = { edge: GraphEdge; change: EdgeChange }
export type GraphComparison = { nodes: ComparedNode[]; edges: ComparedEdge[]; counts: Record<Exclude<NodeChange, 'same'>, number> & { edges: number } }

/**
 * Everything of both graphs, each with what became of it. What is in both shows as it is in `after`.
 * Equality is by content: two graphs that were parsed apart share no object.
 */
export function compareGraphs(before: Graph, after: Graph): GraphComparison {
  const diff = diffOf(before, { do: 'replace', graph: after })
  const nodes = [
    ...after.nodes.map((node) => comparedNode(diff.nodes[node.id]?.from?.item ?? (node.id in diff.nodes ? undefined : node), node)),
    ...Object.values(diff.nodes).flatMap(({ from, to }): ComparedNode[] => (from && !to ? [{ node: from.item, change: 'removed', fields: [] }] : [])),
  ]
  const edges = [
    ...after.edges.map((edge) => comparedEdge(diff.edges[edge.id]?.from?.item ?? (edge.id in diff.edges ? undefined : edge), edge)),
    ...Object.values(diff.edges).flatMap(({ from, to }): ComparedEdge[] => (from && !to ? [{ edge: from.item, change: 'removed' }] : [])),
  ]
  const count = (change: NodeChange) => nodes.filter((one) => one.change === change).length
  return { nodes, edges, counts: { added: count('added'), removed: count('removed'), changed: count('changed'), moved: count('moved'), edges: edges.filter((one) => one.change !== 'same').length } }
}

function comparedNode(from: GraphNode | undefined, to: GraphNode): ComparedNode {
  if (!from) return { node: to, change: 'added', fields: [] }
  const fields: FieldChange[] = []
  if (from.type !== to.type) fields.push({ field: 'type', from: from.type, to: to.type })
  if (from.name !== to.name) fields.push({ field: 'name', from: from.name, to: to.name })
  for (const field of new Set([...Object.keys(from.config), ...Object.keys(to.config)])) {
    const [a, b] = [own(from.config, field), own(to.config, field)]
    if (!sameJson(a, b)) fields.push({ field, ...(a !== undefined && { from: a }), ...(b !== undefined && { to: b }) })
  }
  const moved = from.position.x !== to.position.x || from.position.y !== to.position.y
  return { node: to, change: fields.length > 0 ? 'changed' : moved ? 'moved' : 'same', fields }
}

function comparedEdge(from: GraphEdge | undefined, to: GraphEdge): ComparedEdge {
  if (!from) return { edge: to, change: 'added' }
  const same = from.source === to.source && from.target === to.target && from.sourceHandle === to.sourceHandle && from.targetHandle === to.targetHandle
  return { edge: to, change: same ? 'same' : 'changed' }
}

function own(config: Record<string, Json>, field: string): Json | undefined {
  return Object.hasOwn(config, field) ? config[field] : undefined
}

/** The order of an object's keys says nothing. */
function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a as Record<string, Json>, b as Record<string, Json>]
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
}
