import type { Graph, GraphEdge, GraphNode } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'

/** What an item was and what it becomes, each with its place in the list; a side that lacks it is absent. */
type Change<T> = { from?: { item: T; at: number }; to?: { item: T; at: number } }
type Changes<T> = Record<string, Change<T>>

/**
 * What an edit changes, as data.
 * D1. `applyDiff(graph, diffOf(graph, edit))` is `applyEdit(graph, edit)`.
 * D2. Applying the reversed diff restores the graph exactly, the order of its lists included.
 */
export type GraphDiff = { nodes: Changes<GraphNode>; edges: Changes<GraphEdge> }

export function diffOf(graph: Graph, edit: GraphEdit): GraphDiff {
  const after = applyEdit(graph, edit)
  return { nodes: changesOf(graph.nodes, after.nodes), edges: changesOf(graph.edges, after.edges) }
}

export function applyDiff(graph: Graph, diff: GraphDiff): Graph {
  return { nodes: applyChanges(graph.nodes, diff.nodes), edges: applyChanges(graph.edges, diff.edges) }
}

export function reverseDiff(diff: GraphDiff): GraphDiff {
  return { nodes: reversed(diff.nodes), edges: reversed(diff.edges) }
}

export function isEmptyDiff({ nodes, edges }: GraphDiff): boolean {
  return Object.keys(nodes).length === 0 && Object.keys(edges).length === 0
}

/** Two diffs after each other as one: what undoes many strokes of typing at once. */
export function joinDiffs(first: GraphDiff, then: GraphDiff): GraphDiff {
  return { nodes: joined(first.nodes, then.nodes), edges: joined(first.edges, then.edges) }
}

function changesOf<T extends { id: string }>(before: readonly T[], after: readonly T[]): Changes<T> {
  const changes: Changes<T> = Object.create(null) as Changes<T>
  const old = new Map(before.map((item, at) => [item.id, { item, at }]))
  const kept = new Set(after.map((item) => item.id))
  for (const [id, from] of old) if (!kept.has(id)) changes[id] = { from }
  // What stays in both lists keeps its relative order, unless an edit reorders: then every moved item is named.
  const inOrder = sameOrder(before.filter((item) => kept.has(item.id)), after.filter((item) => old.has(item.id)))
  after.forEach((item, at) => {
    const from = old.get(item.id)
    if (!from) changes[item.id] = { to: { item, at } }
    else if (from.item !== item || !inOrder) changes[item.id] = { from, to: { item, at } }
  })
  return changes
}

function sameOrder(a: readonly { id: string }[], b: readonly { id: string }[]): boolean {
  return a.every((item, index) => item.id === b[index]?.id)
}

function applyChanges<T extends { id: string }>(list: readonly T[], changes: Changes<T>): T[] {
  const rest = list.filter((item) => !(item.id in changes))
  const placed = Object.values(changes).flatMap(({ to }) => (to ? [to] : [])).sort((a, b) => a.at - b.at)
  // In ascending order each insertion finds everything before it already in its place.
  for (const { item, at } of placed) rest.splice(at, 0, item)
  return rest
}

function reversed<T>(changes: Changes<T>): Changes<T> {
  const back: Changes<T> = Object.create(null) as Changes<T>
  for (const [id, { from, to }] of Object.entries(changes)) back[id] = { ...(to && { from: to }), ...(from && { to: from }) }
  return back
}

function joined<T>(first: Changes<T>, then: Changes<T>): Changes<T> {
  const both: Changes<T> = Object.create(null) as Changes<T>
  for (const id of new Set([...Object.keys(first), ...Object.keys(then)])) {
    const a = first[id]
    const b = then[id]
    const from = a ? a.from : b?.from
    const to = b ? b.to : a?.to
    both[id] = { ...(from && { from }), ...(to && { to }) }
  }
  return both
}
