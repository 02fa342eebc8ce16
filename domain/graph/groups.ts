/**
 * Frames around nodes. A group is a node that does no work: its config names its members, and its place follows theirs.
 */
import type { SizeOf } from './align-nodes'
import type { Graph, GraphEdge, GraphNode } from './graph'
import type { GraphEdit, Point } from './graph-edit'
import { freeNodeId } from './new-node'
import { isLocked } from './node-types'

export type Frame = Point & { width: number; height: number }

/** Room of a frame around its members, and above them for its title. */
const PAD = 24
const TITLE = 32
export const FRAME_ROOM = { top: PAD + TITLE, side: PAD }

/** The members that are on the level. */
export function membersOf(graph: Graph, group: GraphNode): GraphNode[] {
  const ids = memberIds(group)
  return graph.nodes.filter((node) => ids.has(node.id) && node.type !== 'group')
}

/** The group of each member, by the member's id; one that two name belongs to the first. */
export function groupsByMember(graph: Graph): Map<string, GraphNode> {
  const found = new Map<string, GraphNode>()
  for (const group of graph.nodes) {
    if (group.type === 'group') for (const { id } of membersOf(graph, group)) if (!found.has(id)) found.set(id, group)
  }
  return found
}

/** Where the frame lies; without members at the group's own place. */
export function frameOf(members: readonly GraphNode[], group: GraphNode, sizeOf: SizeOf): Frame {
  if (members.length === 0) return { ...group.position, ...sizeOf(group) }
  const boxes = members.map((node) => ({ ...node.position, ...sizeOf(node) }))
  const x = Math.min(...boxes.map((box) => box.x)) - PAD
  const y = Math.min(...boxes.map((box) => box.y)) - PAD - TITLE
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) + PAD - x, height: Math.max(...boxes.map((box) => box.y + box.height)) + PAD - y }
}

/** The graph as it is shown: where a group is collapsed, it stands for its members, and edges that cross its frame end at it. */
export function shownGraph(graph: Graph): Graph {
  const inside = new Map<string, GraphNode>()
  for (const [id, group] of groupsByMember(graph)) if (group.config.collapsed === true) inside.set(id, group)
  if (inside.size === 0) return graph
  return {
    nodes: graph.nodes.filter((node) => !inside.has(node.id)),
    edges: graph.edges.flatMap((edge): GraphEdge[] => {
      const source = inside.get(edge.source)
      const target = inside.get(edge.target)
      if (!source && !target) return [edge]
      if (source === target) return []
      const { sourceHandle, targetHandle, ...rest } = edge
      return [{
        ...rest, ...(source ? { source: source.id } : sourceHandle !== undefined && { sourceHandle }), ...(target ? { target: target.id } : targetHandle !== undefined && { targetHandle }),
      }]
    }),
  }
}

/** Puts nodes into a new group; they leave the groups that they were in, and one that is empty then goes. What a locked group holds stays in it. */
export function groupNodes(graph: Graph, ids: readonly string[], name: string, sizeOf: SizeOf): GraphEdit & { do: 'several' } {
  const chosen = new Set(ids)
  const held = groupsByMember(graph)
  const members = graph.nodes.filter((node) => {
    const group = held.get(node.id)
    return chosen.has(node.id) && node.type !== 'group' && !(group && isLocked(group))
  })
  if (members.length === 0) return { do: 'several', edits: [] }
  const id = freeNodeId(new Set(graph.nodes.map((node) => node.id)), 'group')
  const bare: GraphNode = { id, type: 'group', name, position: { x: 0, y: 0 }, config: { members: members.map((node) => node.id) } }
  const { x, y } = frameOf(members, bare, sizeOf)
  return { do: 'several', edits: [...without(graph, new Set(members.map((node) => node.id))), { do: 'add', nodes: [{ ...bare, position: { x, y } }], edges: [] }] }
}

/** Dissolves the groups among the nodes, and takes the others out of theirs. */
export function ungroup(graph: Graph, ids: readonly string[]): GraphEdit {
  const groups = graph.nodes.filter((node) => node.type === 'group' && ids.includes(node.id)).map((node) => node.id)
  return { do: 'several', edits: [{ do: 'remove', nodeIds: groups, edgeIds: [] }, ...without(graph, new Set(ids.filter((id) => !groups.some((group) => group === id))))] }
}

/** Places with those of moved groups handed on to their members: a frame has no place of its own. */
export function movedWithMembers(graph: Graph, positions: Readonly<Record<string, Point>>, sizeOf: SizeOf): Record<string, Point> {
  const moved: Record<string, Point> = { ...positions }
  for (const group of graph.nodes) {
    const to = group.type === 'group' && Object.hasOwn(positions, group.id) ? positions[group.id] : undefined
    if (!to) continue
    const members = membersOf(graph, group)
    const from = frameOf(members, group, sizeOf)
    // A member that is dragged along goes its own way: by just as much. One that is locked stays, and the frame reaches to it.
    for (const { id, position } of members.filter((member) => !isLocked(member))) if (!Object.hasOwn(positions, id)) moved[id] = { x: position.x + to.x - from.x, y: position.y + to.y - from.y }
  }
  return moved
}

function memberIds({ config }: GraphNode): Set<string> {
  return new Set(Array.isArray(config.members) ? config.members.filter((id) => typeof id === 'string') : [])
}

function without(graph: Graph, leaving: ReadonlySet<string>): GraphEdit[] {
  return graph.nodes.flatMap((group): GraphEdit[] => {
    if (group.type !== 'group') return []
    const members = [...memberIds(group)]
    const staying = members.filter((id) => !leaving.has(id))
    if (staying.length === members.length) return []
    return staying.length === 0 ? [{ do: 'remove', nodeIds: [group.id], edgeIds: [] }] : [{ do: 'set-config', nodeId: group.id, config: { ...group.config, members: staying } }]
  })
}
