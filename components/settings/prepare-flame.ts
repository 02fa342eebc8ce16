import type { FlameNode } from '@/domain/profile/profile'

/** A part of the picture: shares of its width, 0 to 1; `path` finds it again. */
export type FlameBox = { path: readonly number[]; depth: number; left: number; width: number; node: FlameNode }

/** Narrower ones could be neither seen nor pressed. */
const LEAST_WIDTH = 0.003
const MOST_BOXES = 1_500

/** What is called by `path` fills the width; its callers stand above it, as wide. */
export function flameBoxes(root: FlameNode, path: readonly number[]): FlameBox[] {
  const boxes: FlameBox[] = []
  let node = root
  for (let depth = 0; depth < path.length; depth++) {
    boxes.push({ path: path.slice(0, depth), depth, left: 0, width: 1, node })
    const next = node.calls[path[depth]!]
    if (!next) return boxes
    node = next
  }
  const whole = node.all
  if (whole <= 0) return [...boxes, { path, depth: path.length, left: 0, width: 1, node }]
  const place = (one: FlameNode, own: readonly number[], left: number): void => {
    const width = one.all / whole
    if (width < LEAST_WIDTH || boxes.length >= MOST_BOXES) return
    boxes.push({ path: own, depth: own.length, left, width, node: one })
    let at = left
    one.calls.forEach((inner, index) => {
      place(inner, [...own, index], at)
      at += inner.all / whole
    })
  }
  place(node, path, 0)
  return boxes
}
