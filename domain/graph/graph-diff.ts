import { z } from 'zod'
import { sameJson, type Json } from '@/domain/json'
import { Graph, GraphEdge, GraphNode } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'

/**
 * What changes, as data small enough to store and send for every edit: field by field, each with what it was.
 * D1. `applyDiff(graph, diffOf(graph, edit))` is `applyEdit(graph, edit)`.
 * D2. Applying the reversed diff restores the graph exactly, the order of its lists included.
 * D3. A map's body is a graph of its own: what changes in it is told as a diff of it.
 */
export type GraphDiff = { nodes: ItemDiff<GraphNode>[]; edges: ItemDiff<GraphEdge>[]; nodeOrder?: OrderDiff | undefined; edgeOrder?: OrderDiff | undefined }

/** `name`, `type`, `position`, `source` …, or `config.` and a field of the config. A side that lacks it is absent. */
export type FieldDiff = { field: string; from?: Json | undefined; to?: Json | undefined }
/** `at` is the place in the list. */
export type ItemDiff<T> = { id: string } & ({ do: 'add' | 'remove'; item: T; at: number } | { do: 'change'; fields: FieldDiff[]; body?: GraphDiff | undefined })
/** The ids of what stays in the list, where its order changes. */
type OrderDiff = { from: string[]; to: string[] }

const FieldDiff = z.strictObject({ field: z.string().max(300).regex(/^(type|name|position|source|sourceHandle|target|targetHandle|config\..*)$/s), from: z.json().optional(), to: z.json().optional() })
const OrderDiff = z.strictObject({ from: z.array(z.string()), to: z.array(z.string()) })
function itemDiff<T extends z.ZodType>(item: T) {
  const placed = { id: z.string(), item, at: z.int().min(0) }
  return z.discriminatedUnion('do', [
    z.strictObject({ ...placed, do: z.literal('add') }),
    z.strictObject({ ...placed, do: z.literal('remove') }),
    z.strictObject({ id: z.string(), do: z.literal('change'), fields: z.array(FieldDiff), body: z.lazy(() => GraphDiff).optional() }),
  ]).refine((one) => !('item' in one) || (one.item as { id: string }).id === one.id, 'An item is named by its id')
}
export const GraphDiff: z.ZodType<GraphDiff> = z.lazy(() => z.strictObject({ nodes: z.array(itemDiff(GraphNode)), edges: z.array(itemDiff(GraphEdge)), nodeOrder: OrderDiff.optional(), edgeOrder: OrderDiff.optional() }))

export function diffOf(graph: Graph, edit: GraphEdit): GraphDiff {
  return diffBetween(graph, applyEdit(graph, edit))
}

/** Graphs with two items of one id have no diff that tells them apart: a caller who may be given such compares what comes of it. */
export function diffBetween(before: Graph, after: Graph): GraphDiff {
  const [nodes, nodeOrder] = listDiff(before.nodes, after.nodes, nodeFields)
  const [edges, edgeOrder] = listDiff(before.edges, after.edges, edgeFields)
  return { nodes, edges, ...(nodeOrder && { nodeOrder }), ...(edgeOrder && { edgeOrder }) }
}

/** Does all that the diff says, whatever the graph was before: `mergeDiff` looks first. */
export function applyDiff(graph: Graph, diff: GraphDiff): Graph {
  return {
    nodes: applyToList(graph.nodes, diff.nodes, diff.nodeOrder, changedNode),
    edges: applyToList(graph.edges, diff.edges, diff.edgeOrder, changedEdge),
  }
}

export function reverseDiff({ nodes, edges, nodeOrder, edgeOrder }: GraphDiff): GraphDiff {
  return {
    nodes: nodes.map(reversedItem), edges: edges.map(reversedItem),
    ...(nodeOrder && { nodeOrder: { from: nodeOrder.to, to: nodeOrder.from } }), ...(edgeOrder && { edgeOrder: { from: edgeOrder.to, to: edgeOrder.from } }),
  }
}

export function isEmptyDiff({ nodes, edges, nodeOrder, edgeOrder }: GraphDiff): boolean {
  return nodes.length + edges.length === 0 && !nodeOrder && !edgeOrder
}

// Knowing a body is worth more than a look at it: each stroke of a key compares what it holds.
const bodies = new WeakMap<object, Graph | false>()

/** The graph in a map, where it is exactly one: anything else is a field as any other. */
export function exactBody(node: Pick<GraphNode, 'type' | 'config'>): Graph | undefined {
  const raw = node.type === 'map' ? node.config.body : undefined
  if (raw === null || typeof raw !== 'object') return undefined
  const known = bodies.get(raw)
  if (known !== undefined) return known === false ? undefined : known
  const { data } = Graph.safeParse(raw)
  const exact = data && sameJson(data as unknown as Json, raw) && new Set(data.nodes.map(({ id }) => id)).size === data.nodes.length && new Set(data.edges.map(({ id }) => id)).size === data.edges.length
  bodies.set(raw, exact ? data : false)
  return exact ? data : undefined
}

/** A field as FieldDiff names it; undefined: the item lacks it. */
export function fieldOf(item: GraphNode | GraphEdge, field: string): Json | undefined {
  const inConfig = field.startsWith('config.')
  const holder = (inConfig ? (item as GraphNode).config : item) as Record<string, Json>
  const key = inConfig ? field.slice('config.'.length) : field
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

type Change = { fields: FieldDiff[]; body?: GraphDiff }

function nodeFields(from: GraphNode, to: GraphNode): Change {
  const [before, after] = [exactBody(from), exactBody(to)]
  const inside = before && after && from.config.body !== to.config.body ? diffBetween(before, after) : undefined
  const config = new Set([...Object.keys(from.config), ...Object.keys(to.config)])
  if (before && after) config.delete('body')
  return {
    fields: changedFields(from, to, ['type', 'name', 'position', ...[...config].map((key) => `config.${key}`)]),
    ...(inside && !isEmptyDiff(inside) && { body: inside }),
  }
}

function edgeFields(from: GraphEdge, to: GraphEdge): Change {
  return { fields: changedFields(from, to, ['source', 'sourceHandle', 'target', 'targetHandle']) }
}

function changedFields(before: GraphNode | GraphEdge, after: GraphNode | GraphEdge, fields: readonly string[]): FieldDiff[] {
  return fields.flatMap((field) => {
    const [from, to] = [fieldOf(before, field), fieldOf(after, field)]
    if (from === to || (from !== undefined && to !== undefined && sameJson(from, to))) return []
    return [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

function listDiff<T extends { id: string }>(before: readonly T[], after: readonly T[], compare: (from: T, to: T) => Change): [ItemDiff<T>[], OrderDiff | undefined] {
  if (before === after) return [[], undefined]
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.map(({ id }) => id))
  const changes: ItemDiff<T>[] = before.flatMap((item, at) => (kept.has(item.id) ? [] : [{ id: item.id, do: 'remove' as const, item, at }]))
  after.forEach((item, at) => {
    const from = old.get(item.id)
    if (!from) return changes.push({ id: item.id, do: 'add', item, at })
    if (from === item) return
    const change = compare(from, item)
    if (change.fields.length > 0 || change.body) changes.push({ id: item.id, do: 'change', ...change })
  })
  const from = before.flatMap(({ id }) => (kept.has(id) ? [id] : []))
  const to = after.flatMap(({ id }) => (old.has(id) ? [id] : []))
  return [changes, from.every((id, index) => id === to[index]) ? undefined : { from, to }]
}

function applyToList<T extends { id: string }>(list: readonly T[], changes: readonly ItemDiff<T>[], order: OrderDiff | undefined, change: (item: T, by: Change) => T): readonly T[] & T[] {
  if (changes.length === 0 && !order) return list as T[]
  const by = new Map(changes.map((one) => [one.id, one]))
  const rest = list.flatMap((item) => {
    const found = by.get(item.id)
    if (!found) return [item]
    // What is added anew goes where the diff says, even where something of its id stood.
    return found.do === 'change' ? [change(item, found as Change)] : []
  })
  const sorted = order ? inOrder(rest, order.to) : rest
  // In ascending order each insertion finds everything before it already in its place.
  for (const { item, at } of changes.flatMap((one) => (one.do === 'add' ? [one] : [])).sort((a, b) => a.at - b.at)) sorted.splice(at, 0, item)
  return sorted
}

/** What the order does not name keeps its place behind what stood before it. */
function inOrder<T extends { id: string }>(list: readonly T[], order: readonly string[]): T[] {
  const rank = new Map(order.map((id, index) => [id, index]))
  let last = -1
  return list
    .map((item) => ({ item, rank: (last = rank.get(item.id) ?? last) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

function changedNode(node: GraphNode, { fields, body }: Change): GraphNode {
  const changed = fields.length === 0 ? node : withFields(node, fields)
  if (!body) return changed
  return { ...changed, config: { ...changed.config, body: applyDiff(exactBody(changed) ?? { nodes: [], edges: [] }, body) as unknown as Json } }
}

function changedEdge(edge: GraphEdge, { fields }: Change): GraphEdge {
  return withFields(edge, fields)
}

/** The item with its fields as they become. */
function withFields<T extends GraphNode | GraphEdge>(item: T, fields: readonly FieldDiff[]): T {
  const changed = { ...item } as unknown as Record<string, Json>
  for (const { field, to } of fields) {
    if (field.startsWith('config.')) changed.config = withKey(changed.config as Record<string, Json>, field.slice('config.'.length), to)
    else if (to === undefined) delete changed[field]
    else changed[field] = to
  }
  return changed as unknown as T
}

function withKey(holder: Record<string, Json>, key: string, value: Json | undefined): Record<string, Json> {
  const entries = Object.entries(holder).filter(([one]) => one !== key)
  return Object.fromEntries(value === undefined ? entries : [...entries, [key, value]])
}

function reversedItem<T>(one: ItemDiff<T>): ItemDiff<T> {
  if (one.do !== 'change') return { ...one, do: one.do === 'add' ? 'remove' : 'add' }
  return { ...one, fields: one.fields.map(({ field, from, to }) => ({ field, ...(to !== undefined && { from: to }), ...(from !== undefined && { to: from }) })), ...(one.body && { body: reverseDiff(one.body) }) }
}
