import type { ComparedNode } from '@/domain/graph/compare-graphs'
import type { GraphNode } from '@/domain/graph/graph'
import { frameOf, membersOf, type Frame } from '@/domain/graph/groups'
import type { SizeOf } from '@/domain/graph/align-nodes'

const GAP = 16

/** Boxes for both graphs in one picture: what is gone makes room for what now stands there; groups lie around their members. */
export function laidApart(nodes: readonly ComparedNode[], sizeOf: SizeOf): Record<string, Frame> {
  const boxes: Record<string, Frame> = Object.create(null) as Record<string, Frame>
  const taken: Frame[] = []
  const meets = (box: Frame) => (other: Frame) => box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height
  for (const wave of [false, true]) {
    for (const { node, change } of nodes) {
      if ((change === 'removed') !== wave || node.type === 'group') continue
      let box = { ...node.position, ...sizeOf(node) }
      for (let above = taken.find(meets(box)); wave && above; above = taken.find(meets(box))) box = { ...box, y: above.y + above.height + GAP }
      boxes[node.id] = box
      taken.push(box)
    }
  }
  const placed: GraphNode[] = nodes.map(({ node }) => (boxes[node.id] ? { ...node, position: { x: boxes[node.id]!.x, y: boxes[node.id]!.y } } : node))
  for (const group of placed) if (group.type === 'group') boxes[group.id] = frameOf(membersOf({ nodes: placed, edges: [] }, group), group, sizeOf)
  return boxes
}
