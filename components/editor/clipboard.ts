import { z } from 'zod'
import { Graph, GraphEdge, GraphNode, MAX_NODES, type NodeId } from '@/domain/graph/graph'
import type { GraphEdit, Point } from '@/domain/graph/graph-edit'
import { membersOf } from '@/domain/graph/groups'
import { freeNodeId, newEdge } from '@/domain/graph/new-node'
import { withRenamedIds } from '@/domain/graph/rename-ids'
import { editorSize } from '@/components/graph/node-look'
import { boxAround, type Box } from './snap-guides'

/** Text on the clipboard, so that it goes between tabs, and into an issue or a chat. */
const Clip = z.strictObject({ heddle: z.literal('nodes'), nodes: z.array(GraphNode).min(1), edges: z.array(GraphEdge) })
/** What somebody has as text may also be a workflow's file, or a graph alone. */
const Whole = z.union([z.object({ graph: Graph }).transform(({ graph }) => graph), Graph]).refine(({ nodes }) => nodes.length > 0)

/** Each copy lies a little off the last. */
const SHIFT = 40

type Add = Extract<GraphEdit, { do: 'add' }>
export type Pasted = { kind: 'nodes'; edit: Add } | { kind: 'nothing' } | { kind: 'too-many' }

/** The selected nodes, groups with what is in them, and the edges among them; undefined when none is selected. */
export function copyNodes(graph: Graph, ids: readonly string[]): string | undefined {
  const chosen = new Set(ids)
  for (const group of graph.nodes) if (group.type === 'group' && chosen.has(group.id)) for (const { id } of membersOf(graph, group)) chosen.add(id)
  const nodes = graph.nodes.filter((node) => chosen.has(node.id))
  if (nodes.length === 0) return undefined
  const edges = graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target))
  return JSON.stringify({ heddle: 'nodes', nodes, edges } satisfies z.input<typeof Clip>, null, 2)
}

/**
 * What pasting such a text adds: under new ids, which what is pasted follows, and where nothing lies yet. Any other text is nothing.
 * @param sight what one sees of the plane; what would lie outside of it comes to its middle
 */
export function pasteNodes(graph: Graph, text: string, sight?: Box): Pasted {
  const clip = readClip(text)
  if (!clip) return { kind: 'nothing' }
  if (graph.nodes.length + clip.nodes.length > MAX_NODES) return { kind: 'too-many' }
  const taken = new Set<string>(graph.nodes.map((node) => node.id))
  const renamed = new Map<string, NodeId>()
  for (const node of clip.nodes) {
    const id = freeNodeId(taken, node.id)
    taken.add(id)
    renamed.set(node.id, id)
  }
  const by = shiftOf(graph, clip.nodes, sight)
  const nodes = clip.nodes.map((node): GraphNode => {
    // A copy is there to be changed; of a group it holds what came with it.
    const { locked: _, ...config } = withRenamedIds(node, renamed)
    if (Array.isArray(node.config.members)) config.members = node.config.members.flatMap((id) => (typeof id === 'string' && renamed.get(id)) || [])
    return { ...node, id: renamed.get(node.id)!, position: { x: node.position.x + by.x, y: node.position.y + by.y }, config }
  })
  const edges = clip.edges.flatMap((edge) => {
    const source = renamed.get(edge.source)
    const target = renamed.get(edge.target)
    return source && target ? [newEdge(source, edge.sourceHandle, target, edge.targetHandle)] : []
  })
  return { kind: 'nodes', edit: { do: 'add', nodes, edges } }
}

function readClip(text: string): Graph | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const json: unknown = JSON.parse(text)
    const clip = Clip.safeParse(json)
    return clip.success ? clip.data : Whole.parse(json)
  } catch {
    return undefined
  }
}

/** Into sight, then off what lies just there: copies of copies do not hide each other. */
function shiftOf(graph: Graph, nodes: readonly GraphNode[], sight: Box | undefined): Point {
  const box = boxAround(nodes.map((node) => ({ ...node.position, ...editorSize(node) })))!
  const seen = !sight || (box.x < sight.x + sight.width && box.x + box.width > sight.x && box.y < sight.y + sight.height && box.y + box.height > sight.y)
  const by = seen ? { x: 0, y: 0 } : { x: Math.round(sight.x + (sight.width - box.width) / 2 - box.x), y: Math.round(sight.y + (sight.height - box.height) / 2 - box.y) }
  const places = new Set(graph.nodes.map(({ position }) => `${position.x},${position.y}`))
  while (nodes.some(({ position }) => places.has(`${position.x + by.x},${position.y + by.y}`))) {
    by.x += SHIFT
    by.y += SHIFT
  }
  return by
}
