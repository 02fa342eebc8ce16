/**
 * A change made on one state of a graph, brought onto another: three ways, item by item and field by field.
 * M1. What the other side left as it was becomes what the change says; on the graph it was made on, merging is applying.
 * M2. What both sides changed alike is no clash. What they changed differently is one, and stays as the other side has it.
 * M3. No edge is left without an end by it.
 */
import { sameJson, type Json } from '@/domain/json'
import { emptyGraph, type Graph, type GraphEdge, type GraphNode } from './graph'
import { applyDiff, diffBetween, exactBody, fieldOf, isEmptyDiff, type FieldDiff, type GraphDiff, type ItemDiff } from './graph-diff'
import type { GraphEdit } from './graph-edit'
import { freeNodeId } from './new-node'
import { renamedDiff, renamedGraph, type Renamed } from './rename-in-diff'

type Where = { /** The maps around it, outermost first. */ path: readonly string[]; item: 'node' | 'edge' | 'workflow'; id: string; name: string }
/** Two sides that cannot both be had. */
export type Clash = Where & (
  | { kind: 'field'; field: string; mine?: Json; theirs?: Json }
  /** Removed here, changed there. */
  | { kind: 'removed-here' }
  /** Changed here, removed there; with what would put it back. */
  | { kind: 'removed-there'; nodes: GraphNode[]; edges: GraphEdge[] }
)

/** A node had to take another id: the other side had given its own to a node of theirs. */
export type NewId = { path: readonly string[]; ids: Renamed }

export type MergeOptions = {
  /** The graph as it was on the side of the change, after it: where what was removed there is found. */
  mine?: Graph
  /** Whose place a node takes that both have moved; that is asked nobody. */
  place: 'mine' | 'theirs'
  /** What becomes of an added node whose id is taken. */
  taken: 'rename' | 'leave-out'
  /**
   * Ids that mean a node to the side of the change, before it or after: no other node gets one of them instead of its own,
   * and an edge to one of them that is gone does not hang in the air.
   */
  known?: () => ReadonlySet<string>
}

type Context = Omit<MergeOptions, 'mine'> & { clashes: Clash[]; newIds: NewId[] }
type Level = { graph: Graph; mine: Graph; path: readonly string[]; context: Context }

export function mergeDiff(graph: Graph, diff: GraphDiff, { mine = emptyGraph, ...options }: MergeOptions): { graph: Graph; clashes: Clash[]; newIds: NewId[] } {
  const context: Context = { ...options, clashes: [], newIds: [] }
  return { graph: mergeLevel({ graph, mine, path: [], context }, diff), clashes: context.clashes, newIds: context.newIds }
}

/** Whether the graph is one that the diff was made on, as far as the diff tells. */
export function fitsGraph(graph: Graph, diff: GraphDiff): boolean {
  const after = applyDiff(graph, diff)
  const { graph: merged, clashes } = mergeDiff(graph, diff, { mine: after, place: 'theirs', taken: 'leave-out' })
  return clashes.length === 0 && isEmptyDiff(diffBetween(merged, after))
}

/** What decides a clash for the side of the change: an edit of the graph at its path. The other side is there already. */
export function takeMine(graph: Graph, clash: Clash): GraphEdit {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  switch (clash.kind) {
    case 'removed-here':
      return { do: 'remove', nodeIds: clash.item === 'node' ? [clash.id] : [], edgeIds: clash.item === 'edge' ? [clash.id] : [] }
    case 'removed-there': {
      const ends = new Set([...nodes.keys(), ...clash.nodes.map(({ id }) => id as string)])
      return { do: 'add', nodes: clash.nodes, edges: clash.edges.filter((edge) => ends.has(edge.source) && ends.has(edge.target)) }
    }
    case 'field':
      return setField(graph, clash)
  }
}

function setField(graph: Graph, { item, id, field, mine }: Extract<Clash, { kind: 'field' }>): GraphEdit {
  const change = { id, do: 'change' as const, fields: [{ field, ...(mine !== undefined && { to: mine }) }] }
  const changed = applyDiff(graph, { nodes: item === 'node' ? [change] : [], edges: item === 'edge' ? [change] : [] })
  if (item === 'node') return { do: 'put', nodes: changed.nodes.filter((node) => node.id === id) }
  return { do: 'several', edits: [{ do: 'remove', nodeIds: [], edgeIds: [id] }, { do: 'add', nodes: [], edges: changed.edges.filter((edge) => edge.id === id) }] }
}

function mergeLevel(given: Level, made: GraphDiff): Graph {
  const { level, diff } = underFreeIds(given, made)
  const { nodes, stay } = mergedNodes(level, diff.nodes)
  const withNodes = applyDiff(level.graph, { nodes, edges: [], ...(diff.nodeOrder && { nodeOrder: diff.nodeOrder }) })
  const gone = new Set(nodes.flatMap((one) => (one.do === 'remove' ? [one.id] : [])))
  const left: Graph = { nodes: withNodes.nodes, edges: gone.size === 0 ? level.graph.edges : level.graph.edges.filter((edge) => isKept(edge, gone, diff.edges)) }
  const edges = mergedEdges({ ...level, graph: left }, diff.edges, stay)
  return applyDiff(left, { nodes: [], edges, ...(diff.edgeOrder && { edgeOrder: diff.edgeOrder }) })
}

/** An edge that the change itself removes is removed by it: in its place in the list, for undo. */
function isKept(edge: GraphEdge, gone: ReadonlySet<string>, changes: readonly ItemDiff<GraphEdge>[]): boolean {
  return (!gone.has(edge.source) && !gone.has(edge.target)) || changes.some((one) => one.id === edge.id)
}

/** The graph on the side of the change takes the new ids too: an edge of it would seem to hang in the air there. */
function underFreeIds(level: Level, diff: GraphDiff): { level: Level; diff: GraphDiff } {
  const { graph, mine, path, context } = level
  if (context.taken === 'leave-out') return { level, diff }
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  const taken = new Set([...nodes.keys(), ...diff.nodes.map(({ id }) => id)])
  const ids = new Map<string, string>()
  for (const one of diff.nodes) {
    const there = nodes.get(one.id)
    if (one.do !== 'add' || !there || same(there, one.item)) continue
    if (ids.size === 0) for (const id of context.known?.() ?? []) taken.add(id)
    const free = freeNodeId(taken, one.id)
    taken.add(free)
    ids.set(one.id, free)
  }
  if (ids.size === 0) return { level, diff }
  context.newIds.push({ path, ids })
  return { level: { ...level, mine: mine === emptyGraph ? mine : renamedGraph(mine, ids) }, diff: renamedDiff(diff, [], ids) }
}

function mergedNodes(level: Level, changes: readonly ItemDiff<GraphNode>[]): { nodes: ItemDiff<GraphNode>[]; stay: ReadonlySet<string> } {
  const there = new Map(level.graph.nodes.map((node) => [node.id as string, node]))
  const stay = new Set<string>()
  const nodes = changes.flatMap((one): ItemDiff<GraphNode>[] => {
    const node = there.get(one.id)
    switch (one.do) {
      case 'add':
        return node ? [] : [one]
      case 'remove':
        if (!node) return []
        if (same({ ...node, position: one.item.position }, one.item)) return [one]
        stay.add(one.id)
        level.context.clashes.push({ ...whereOf(level, 'node', node), kind: 'removed-here' })
        return []
      case 'change':
        return node ? mergedChange(level, node, one) : nodeRemovedThere(level, one)
    }
  })
  return { nodes, stay }
}

type ChangeOf = Extract<ItemDiff<GraphNode>, { do: 'change' }>

function mergedChange(level: Level, node: GraphNode, one: ChangeOf): ItemDiff<GraphNode>[] {
  const fields = mergedFields(level, 'node', node, one.fields)
  const body = one.body && mergedBody(level, node, one.body)
  return fields.length === 0 && !body ? [] : [{ ...one, fields, body }]
}

function mergedBody({ mine, path, context }: Level, node: GraphNode, diff: GraphDiff): GraphDiff | undefined {
  const graph = exactBody(node) ?? emptyGraph
  const ours = mine.nodes.find(({ id }) => id === node.id)
  const merged = mergeLevel({ graph, mine: (ours && exactBody(ours)) ?? emptyGraph, path: [...path, node.id], context }, diff)
  const found = diffBetween(graph, merged)
  return isEmptyDiff(found) ? undefined : found
}

function nodeRemovedThere(level: Level, { id, fields, body }: ChangeOf): [] {
  const node = level.mine.nodes.find((one) => one.id === id)
  const onlyMoved = !body && fields.every(({ field }) => field === 'position')
  if (onlyMoved) return []
  const edges = level.mine.edges.filter((edge) => edge.source === id || edge.target === id)
  level.context.clashes.push({ path: level.path, item: 'node', id, name: node?.name ?? id, kind: 'removed-there', nodes: node ? [node] : [], edges })
  return []
}

/** The fields that the change may set, with what the item holds now. */
function mergedFields(level: Level, item: 'node' | 'edge', there: GraphNode | GraphEdge, fields: readonly FieldDiff[]): FieldDiff[] {
  return fields.flatMap((one) => {
    const now = fieldOf(there, one.field)
    if (same(now, one.to)) return []
    const mine = { ...one, from: now }
    if (same(now, one.from)) return [mine]
    if (one.field === 'position') return level.context.place === 'mine' ? [mine] : []
    level.context.clashes.push({ ...whereOf(level, item, there), kind: 'field', field: one.field, ...(one.to !== undefined && { mine: one.to }), ...(now !== undefined && { theirs: now }) })
    return []
  })
}

function mergedEdges(level: Level, changes: readonly ItemDiff<GraphEdge>[], stay: ReadonlySet<string>): ItemDiff<GraphEdge>[] {
  const there = new Map(level.graph.edges.map((edge) => [edge.id, edge]))
  const ends = new Set(level.graph.nodes.map(({ id }) => id as string))
  const taken = new Set([...there.keys(), ...changes.map(({ id }) => id)])
  const joins = (edge: GraphEdge) => ends.has(edge.source) && ends.has(edge.target)
  return changes.flatMap((one): ItemDiff<GraphEdge>[] => {
    const edge = there.get(one.id)
    switch (one.do) {
      case 'add': {
        if (edge && (same(edge, one.item) || level.context.taken === 'leave-out')) return []
        // On the graph that it was made on it may hang in the air: drafts from outside do.
        if (!joins(one.item) && !hangsInMine(level, one.item)) return edgeWithoutEnd(level, one.item, ends)
        const id = edge ? freeEdgeId(taken, one.id) : one.id
        taken.add(id)
        return [{ ...one, id, item: { ...one.item, id } }]
      }
      case 'remove':
        return !edge || stay.has(edge.source) || stay.has(edge.target) ? [] : [one]
      case 'change': {
        const mine = level.mine.edges.find(({ id }) => id === one.id)
        if (!edge) return mine ? edgeWithoutEnd(level, mine, ends) : []
        const fields = mergedFields(level, 'edge', edge, one.fields)
        return fields.length === 0 ? [] : [{ ...one, fields }]
      }
    }
  })
}

function hangsInMine({ mine, context }: Level, edge: GraphEdge): boolean {
  return mine !== emptyGraph && [edge.source, edge.target].some((end) => !mine.nodes.some(({ id }) => id === end) && !context.known?.().has(end))
}

function edgeWithoutEnd(level: Level, edge: GraphEdge, ends: ReadonlySet<string>): [] {
  const missing = level.mine.nodes.filter(({ id }) => (id === edge.source || id === edge.target) && !ends.has(id))
  level.context.clashes.push({ ...whereOf(level, 'edge', edge), kind: 'removed-there', nodes: missing, edges: [edge] })
  return []
}

function freeEdgeId(taken: ReadonlySet<string>, wish: string): string {
  for (let number = 2; ; number++) if (!taken.has(`${wish.slice(0, 190)}~${number}`)) return `${wish.slice(0, 190)}~${number}`
}

function whereOf({ path, graph }: Level, item: 'node' | 'edge', there: GraphNode | GraphEdge): Where {
  if ('name' in there) return { path, item, id: there.id, name: there.name }
  const nameOf = (id: string) => graph.nodes.find((node) => node.id === id)?.name ?? id
  return { path, item, id: there.id, name: `${nameOf(there.source)} → ${nameOf(there.target)}` }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && sameJson(a as Json, b as Json))
}
