import type { Point } from '@/domain/graph/graph-edit'

export type Box = Point & { width: number; height: number }
/** A line along which edges or middles agree: vertical at an x, or horizontal at a y, as long as the boxes that agree. */
export type Guide = { axis: 'x' | 'y'; at: number; from: number; to: number }

/**
 * How far to shift what is dragged so that a side or its middle lies on a line with the nearest of the others, and the lines
 * that then agree. Beyond `within` nothing pulls.
 */
export function snapTo(moving: Box, others: readonly Box[], within: number): { dx: number; dy: number; guides: Guide[] } {
  const dx = pull(marksX(moving), others, marksX, within)
  const dy = pull(marksY(moving), others, marksY, within)
  const placed = { ...moving, x: moving.x + dx, y: moving.y + dy }
  return { dx, dy, guides: [...guidesAlong('x', placed, others), ...guidesAlong('y', placed, others)] }
}

/** The box around several; undefined around none. */
export function boxAround(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y }
}

const marksX = (box: Box) => [box.x, box.x + box.width / 2, box.x + box.width]
const marksY = (box: Box) => [box.y, box.y + box.height / 2, box.y + box.height]

function pull(own: readonly number[], others: readonly Box[], marksOf: (box: Box) => readonly number[], within: number): number {
  let best = Infinity
  for (const other of others) {
    for (const mark of marksOf(other)) {
      for (const mine of own) if (Math.abs(mark - mine) < Math.abs(best)) best = mark - mine
    }
  }
  return Math.abs(best) <= within ? best : 0
}

function guidesAlong(axis: 'x' | 'y', placed: Box, others: readonly Box[]): Guide[] {
  const marksOf = axis === 'x' ? marksX : marksY
  return marksOf(placed).flatMap((at): Guide[] => {
    const agreeing = others.filter((other) => marksOf(other).some((mark) => Math.abs(mark - at) < 0.5))
    const around = boxAround([placed, ...agreeing])
    if (agreeing.length === 0 || !around) return []
    return [axis === 'x' ? { axis, at, from: around.y, to: around.y + around.height } : { axis, at, from: around.x, to: around.x + around.width }]
  })
}
