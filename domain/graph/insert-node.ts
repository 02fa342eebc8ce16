import type { Graph, GraphEdge, GraphNode } from './graph'
import type { GraphEdit, Point } from './graph-edit'
import { newEdge, STEP } from './new-node'
import { inputHandles, outputHandles } from './node-types'
import { descendantsOf } from './order'
import { refuseEdge, type GraphIssue } from './validate'

/** What a node that is added hangs on: a handle that it comes from, one that it leads into, or an edge that it parts. */
export type Anchor = { kind: 'from'; nodeId: string; handle: string } | { kind: 'into'; nodeId: string; handle: string } | { kind: 'edge'; edgeId: string }

type Edges = { edges: GraphEdge[]; gone: string[]; refused?: undefined } | { refused: GraphIssue }

/** Why a node cannot stand at the anchor; undefined when it can. */
export function refuseAt(graph: Graph, node: GraphNode, anchor: Anchor): GraphIssue | undefined {
  return edgesAt(graph, node, anchor).refused
}

/**
 * Adds a node and joins it to its anchor. Where it parts an edge that is too short for it, what comes behind moves over.
 * Where it does not fit it is added by itself.
 */
export function addAt(graph: Graph, node: GraphNode, anchor: Anchor): GraphEdit {
  const found = edgesAt(graph, node, anchor)
  if (found.refused) return { do: 'add', nodes: [node], edges: [] }
  const add: GraphEdit = { do: 'add', nodes: [node], edges: found.edges }
  const parted = graph.edges.find((edge) => found.gone.includes(edge.id))
  if (!parted) return add
  // Whatever stood in its place has just moved over.
  const placed = { ...node, position: placeOnEdge(graph, parted.id) }
  const positions = roomFor(graph, placed, parted.target)
  return { do: 'several', edits: [{ do: 'remove', nodeIds: [], edgeIds: found.gone }, ...(positions ? [{ do: 'move' as const, positions }] : []), { ...add, nodes: [placed] }] }
}

/** Where a node that parts an edge has its place: behind the source, on the target's side. */
export function placeOnEdge(graph: Graph, edgeId: string): Point {
  const edge = graph.edges.find((one) => one.id === edgeId)
  const source = graph.nodes.find((node) => node.id === edge?.source)
  const target = graph.nodes.find((node) => node.id === edge?.target)
  if (!source || !target) return { x: 0, y: 0 }
  const far = target.position.x - source.position.x >= 2 * STEP.x
  return { x: far ? (source.position.x + target.position.x) / 2 : source.position.x + STEP.x, y: (source.position.y + target.position.y) / 2 }
}

function edgesAt(graph: Graph, node: GraphNode, anchor: Anchor): Edges {
  const grown: Graph = { ...graph, nodes: [...graph.nodes, node] }
  if (anchor.kind === 'from') return oneOf(grown, inputHandles(node.type, node.config).map((to) => newEdge(anchor.nodeId, anchor.handle, node.id, to.id)), node)
  if (anchor.kind === 'into') return oneOf(grown, leavable(node).map((from) => newEdge(node.id, from, anchor.nodeId, anchor.handle)), node)
  const { edgeId } = anchor
  const edge = graph.edges.find((one) => one.id === edgeId)
  if (!edge) return { refused: missing(node) }
  const before = oneOf(grown, inputHandles(node.type, node.config).map((to) => newEdge(edge.source, edge.sourceHandle, node.id, to.id)), node)
  if (before.refused) return before
  const after = oneOf(grown, leavable(node).map((from) => newEdge(node.id, from, edge.target, edge.targetHandle)), node)
  return after.refused ? after : { edges: [...before.edges, ...after.edges], gone: [edge.id] }
}

/** The first edge that may be drawn, else why the first may not. */
function oneOf(graph: Graph, edges: readonly GraphEdge[], node: GraphNode): Edges {
  const reasons = edges.map((edge) => refuseEdge(graph, edge))
  const free = edges.find((_, index) => reasons[index] === undefined)
  return free ? { edges: [free], gone: [] } : { refused: reasons[0] ?? missing(node) }
}

/** Handles that a line goes on by: the way after a failure is chosen on purpose. */
function leavable(node: GraphNode): string[] {
  return outputHandles(node.type, node.config).map(({ id }) => id).filter((id) => id !== 'error')
}

function missing(node: GraphNode): GraphIssue {
  return { code: 'UNKNOWN_HANDLE', message: `"${node.name}" has no such handle`, params: { name: node.name, handle: 'in' } }
}

/** Target and what follows it, moved right as far as the node between needs; undefined where there is room. */
function roomFor(graph: Graph, node: GraphNode, targetId: string): Record<string, Point> | undefined {
  const target = graph.nodes.find((one) => one.id === targetId)
  const short = target ? node.position.x + STEP.x - target.position.x : 0
  // An edge that leads back to the left is drawn so on purpose.
  if (!target || short <= 0 || target.position.x + STEP.x < node.position.x) return undefined
  const after = descendantsOf(graph, targetId)
  const behind = graph.nodes.filter((one) => one.id === targetId || (after.has(one.id) && one.position.x >= target.position.x))
  return Object.fromEntries(behind.map((one) => [one.id, { x: one.position.x + short, y: one.position.y }]))
}
