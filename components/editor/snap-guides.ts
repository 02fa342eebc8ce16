import type { Point } from '@/domain/graph/graph-edit'

export type Box = Point & { width: number; height: number }
/** A line along which edges or middles agree: vertical at an x, or horizontal at a y, as long as the boxes that agree. */
export type Guide = { axis: 'x' | 'y'; at: number; from: number; to: number }

/** Where the sides and middles of boxes lie, in order: a step of a drag looks up those nearby instead of all. */
export type SnapMarks = { x: readonly Mark[]; y: readonly Mark[] }
type Mark = { at: number; of: Box }

/** The marks of what stays where it is while something else is dragged. */
export function snapMarks(staying: readonly Box[]): SnapMarks {
  const inOrder = (marksOf: (box: Box) => readonly number[]) => staying.flatMap((of) => marksOf(of).map((at): Mark => ({ at, of }))).sort((a, b) => a.at - b.at)
  return { x: inOrder(marksX), y: inOrder(marksY) }
}

/**
 * How far to shift what is dragged so that a side or its middle lies on a line with the nearest of the others, and the lines
 * that then agree. Beyond `within` nothing pulls.
 */
export function snapTo(moving: Box, others: SnapMarks, within: number): { dx: number; dy: number; guides: Guide[] } {
  const dx = pull(marksX(moving), others.x, within)
  const dy = pull(marksY(moving), others.y, within)
  const placed = { ...moving, x: moving.x + dx, y: moving.y + dy }
  return { dx, dy, guides: [...guidesAlong('x', placed, others.x), ...guidesAlong('y', placed, others.y)] }
}

/** The box around several; undefined around none. */
export function boxAround(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y }
}

/** Closer than this lies on one line. */
const SAME = 0.5
const marksX = (box: Box) => [box.x, box.x + box.width / 2, box.x + box.width]
const marksY = (box: Box) => [box.y, box.y + box.height / 2, box.y + box.height]

function pull(own: readonly number[], marks: readonly Mark[], within: number): number {
  let best = Infinity
  for (const mine of own) {
    const next = firstFrom(marks, mine)
    for (const mark of [marks[next - 1], marks[next]]) if (mark && Math.abs(mark.at - mine) < Math.abs(best)) best = mark.at - mine
  }
  return Math.abs(best) <= within ? best : 0
}

function guidesAlong(axis: 'x' | 'y', placed: Box, marks: readonly Mark[]): Guide[] {
  return (axis === 'x' ? marksX : marksY)(placed).flatMap((at): Guide[] => {
    const agreeing = marks.slice(firstFrom(marks, at - SAME), firstFrom(marks, at + SAME)).map(({ of }) => of)
    const around = boxAround([placed, ...agreeing])
    if (agreeing.length === 0 || !around) return []
    return [axis === 'x' ? { axis, at, from: around.y, to: around.y + around.height } : { axis, at, from: around.x, to: around.x + around.width }]
  })
}

/** Where the first mark lies that is not before a place. */
function firstFrom(marks: readonly Mark[], at: number): number {
  let [low, high] = [0, marks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (marks[middle]!.at < at) low = middle + 1
    else high = middle
  }
  return low
}
