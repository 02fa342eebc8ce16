import type { ElkNode } from 'elkjs/lib/elk-api'
import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { FRAME_ROOM, groupsByMember } from '@/domain/graph/groups'
import { editorSize } from '@/components/graph/node-look'
import { boxAround } from './snap-guides'

const SPACING = { 'elk.layered.spacing.nodeNodeBetweenLayers': '100', 'elk.spacing.nodeNode': '50' }
const OPTIONS = { 'elk.algorithm': 'layered', 'elk.direction': 'RIGHT', 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX', 'elk.hierarchyHandling': 'INCLUDE_CHILDREN', ...SPACING }
const FRAME_OPTIONS = { ...SPACING, 'elk.padding': `[top=${FRAME_ROOM.top},left=${FRAME_ROOM.side},bottom=${FRAME_ROOM.side},right=${FRAME_ROOM.side}]` }

export type Layered = { /** What elk is asked. */ asked: ElkNode; /** Where its answer puts the nodes. */ placesOf: (answer: ElkNode) => Record<string, Point> }

/**
 * Nodes in layers from left to right. A group is a box around its members, notes among them, and all else stays out of it;
 * other remarks stay where they are, and so does as a whole what is arranged alone.
 * @param only the nodes to arrange; none: all
 */
export function layered(graph: Graph, only: readonly string[]): Layered {
  const wanted = new Set(only)
  const groups = groupsByMember(graph)
  const nodes = graph.nodes.filter((node) => (!isRemark(node.type) || (node.type === 'note' && groups.has(node.id))) && (wanted.size === 0 || wanted.has(node.id)))
  const ids = new Set<string>(nodes.map((node) => node.id))
  const childOf = (node: GraphNode): ElkNode => ({ id: node.id, ...editorSize(node) })
  const frames = new Map<string, ElkNode>()
  const children = nodes.flatMap((node): ElkNode[] => {
    const group = groups.get(node.id)
    if (!group) return [childOf(node)]
    const frame = frames.get(group.id)
    if (frame) return (frame.children!.push(childOf(node)), [])
    const made: ElkNode = { id: group.id, layoutOptions: FRAME_OPTIONS, children: [childOf(node)] }
    frames.set(group.id, made)
    return [made]
  })
  const from = wanted.size === 0 ? undefined : boxAround(nodes.map((node) => ({ ...node.position, ...editorSize(node) })))
  return {
    asked: {
      id: 'root', layoutOptions: OPTIONS, children,
      edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)).map((edge) => ({ id: `edge ${edge.id}`, sources: [edge.source], targets: [edge.target] })),
    },
    placesOf(answer) {
      const found = placesIn(answer, { x: 0, y: 0 })
      const to = from && boxAround(nodes.map((node) => ({ ...found[node.id]!, ...editorSize(node) })))
      const by = from && to ? { x: from.x - to.x, y: from.y - to.y } : { x: 0, y: 0 }
      return Object.fromEntries(nodes.map(({ id }) => [id, { x: Math.round(found[id]!.x + by.x), y: Math.round(found[id]!.y + by.y) }]))
    },
  }
}

/** Elk tells a place within its box. */
function placesIn({ children = [] }: ElkNode, at: Point): Record<string, Point> {
  return Object.assign({}, ...children.map((child) => {
    const place = { x: at.x + (child.x ?? 0), y: at.y + (child.y ?? 0) }
    return { [child.id]: place, ...placesIn(child, place) }
  })) as Record<string, Point>
}
