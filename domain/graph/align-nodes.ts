import type { Graph, GraphNode } from './graph'
import type { GraphEdit, Point } from './graph-edit'

export const ALIGNMENTS = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const
export type Alignment = (typeof ALIGNMENTS)[number]

export type SizeOf = (node: GraphNode) => { width: number; height: number }

/** Brings nodes onto one line: a side or the middle of all of them together. */
export function alignNodes(graph: Graph, ids: readonly string[], how: Alignment, sizeOf: SizeOf): GraphEdit {
  const boxes = boxesOf(graph, ids, sizeOf)
  const left = Math.min(...boxes.map((box) => box.x))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const top = Math.min(...boxes.map((box) => box.y))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  const place: Record<Alignment, (box: Box) => Point> = {
    left: ({ y }) => ({ x: left, y }),
    centre: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  }
  return moveTo(boxes.map((box) => [box.id, place[how](box)]))
}

/** Equal gaps between the first and the last of them, which stay. Fewer than three have nothing between. */
export function distributeNodes(graph: Graph, ids: readonly string[], axis: 'x' | 'y', sizeOf: SizeOf): GraphEdit {
  const length = axis === 'x' ? 'width' : 'height'
  const boxes = boxesOf(graph, ids, sizeOf).sort((a, b) => a[axis] - b[axis])
  const [first, last] = [boxes[0], boxes.at(-1)]
  if (!first || !last || boxes.length < 3) return moveTo([])
  const room = last[axis] - (first[axis] + first[length])
  const gap = (room - boxes.slice(1, -1).reduce((sum, box) => sum + box[length], 0)) / (boxes.length - 1)
  let at = first[axis] + first[length] + gap
  return moveTo(boxes.slice(1, -1).map((box) => {
    const placed: [string, Point] = [box.id, { x: box.x, y: box.y, [axis]: at }]
    at += box[length] + gap
    return placed
  }))
}

type Box = Point & { id: string; width: number; height: number }

function boxesOf(graph: Graph, ids: readonly string[], sizeOf: SizeOf): Box[] {
  const chosen = new Set(ids)
  return graph.nodes.filter((node) => chosen.has(node.id) && node.type !== 'group').map((node) => ({ id: node.id, x: node.position.x, y: node.position.y, ...sizeOf(node) }))
}

function moveTo(places: readonly (readonly [string, Point])[]): GraphEdit {
  return { do: 'move', positions: Object.fromEntries(places.map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }])) }
}
