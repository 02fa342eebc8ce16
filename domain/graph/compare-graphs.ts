import type { Json } from '@/domain/json'
import { emptyGraph, Graph, type GraphEdge, type GraphNode } from './graph'

/** `moved`: only its place on the canvas differs, which no run can tell. */
export type NodeChange = 'same' | 'added' | 'removed' | 'changed' | 'moved'
export type EdgeChange = 'same' | 'added' | 'removed' | 'changed'

/** A field that differs; a side that lacks it is absent. */
export type FieldChange = { field: string; from?: Json; to?: Json }
/** `inner`: the body of a map, compared in its turn, whatever became of the map. */
export type ComparedNode = { node: GraphNode; change: NodeChange; fields: FieldChange[]; inner?: GraphComparison }
export type ComparedEdge = { edge: GraphEdge; change: EdgeChange }
export type GraphComparison = { nodes: ComparedNode[]; edges: ComparedEdge[] }

/** How much of it differs, nested graphs counted in. */
export type ChangeCounts = Record<Exclude<NodeChange, 'same'>, number> & { edges: number }

/**
 * Everything of both graphs, each with what became of it. What is in both shows as it is in `after`.
 * Equality is by content: two graphs that were parsed apart share no object.
 */
export function compareGraphs(before: Graph, after: Graph): GraphComparison {
  const nodes = pairs(before.nodes, after.nodes).map(comparedNode)
  const edges = pairs(before.edges, after.edges).map(comparedEdge)
  return { nodes, edges }
}

export function countChanges({ nodes, edges }: GraphComparison): ChangeCounts {
  const counts: ChangeCounts = { added: 0, removed: 0, changed: 0, moved: 0, edges: edges.filter((one) => one.change !== 'same').length }
  for (const { change, fields, inner } of nodes) {
    // A map that differs only inside is counted by what differs there.
    if (change !== 'same' && !(change === 'changed' && fields.length === 0)) counts[change] += 1
    if (inner) for (const [key, count] of Object.entries(countChanges(inner))) counts[key as keyof ChangeCounts] += count
  }
  return counts
}

/** The comparison inside the maps that `path` names, outermost first; undefined where one of them has none. */
export function comparisonAt(comparison: GraphComparison, path: readonly string[]): GraphComparison | undefined {
  return path.reduce<GraphComparison | undefined>((level, id) => level?.nodes.find((one) => one.node.id === id)?.inner, comparison)
}

/** At least one of the sides is there. */
type Pair<T> = { from: T | undefined; to: T } | { from: T; to: undefined }

/** What is in `after`, in its order, then what is gone. */
function pairs<T extends { id: string }>(before: readonly T[], after: readonly T[]): Pair<T>[] {
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.map((item) => item.id))
  return [...after.map((to) => ({ from: old.get(to.id), to })), ...before.filter((item) => !kept.has(item.id)).map((from) => ({ from, to: undefined }))]
}

function comparedNode({ from, to }: Pair<GraphNode>): ComparedNode {
  const inner = innerOf(from, to)
  const bodies = inner && { inner }
  if (!to) return { node: from, change: 'removed', fields: [], ...bodies }
  if (!from) return { node: to, change: 'added', fields: [], ...bodies }
  const fields: FieldChange[] = []
  if (from.type !== to.type) fields.push({ field: 'type', from: from.type, to: to.type })
  if (from.name !== to.name) fields.push({ field: 'name', from: from.name, to: to.name })
  for (const field of new Set([...Object.keys(from.config), ...Object.keys(to.config)])) {
    if (field === 'body' && inner) continue
    const [a, b] = [own(from.config, field), own(to.config, field)]
    if (!sameJson(a, b)) fields.push({ field, ...(a !== undefined && { from: a }), ...(b !== undefined && { to: b }) })
  }
  return { node: to, change: changeOf(fields, from.position.x !== to.position.x || from.position.y !== to.position.y, inner), fields, ...bodies }
}

function changeOf(fields: readonly FieldChange[], moved: boolean, inner: GraphComparison | undefined): NodeChange {
  const inside = inner && countChanges(inner)
  if (fields.length > 0 || (inside && inside.added + inside.removed + inside.changed + inside.edges > 0)) return 'changed'
  return moved || (inside && inside.moved > 0) ? 'moved' : 'same'
}

/** The bodies of a map against each other; none when a side holds something that is no graph: then it shows as a field. */
function innerOf(from: GraphNode | undefined, to: GraphNode | undefined): GraphComparison | undefined {
  if (from?.type !== 'map' && to?.type !== 'map') return undefined
  const [before, after] = [bodyOf(from), bodyOf(to)]
  return before && after && compareGraphs(before, after)
}

function bodyOf(node: GraphNode | undefined): Graph | undefined {
  const body = node && own(node.config, 'body')
  return body === undefined ? emptyGraph : Graph.safeParse(body).data
}

function comparedEdge({ from, to }: Pair<GraphEdge>): ComparedEdge {
  if (!to) return { edge: from, change: 'removed' }
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
