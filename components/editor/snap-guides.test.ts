import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boxAround, snapMarks, snapTo, type Box } from './snap-guides'

const box = (x: number, y: number, width = 100, height = 40): Box => ({ x, y, width, height })

test.each([
  ['left edges', box(203, 300), { dx: -3, dy: 0 }],
  ['right edge to left edge', box(97, 300), { dx: 3, dy: 0 }],
  ['middles', box(226, 300, 50), { dx: -1, dy: 0 }],
  ['beyond reach', box(210, 300), { dx: 0, dy: 0 }],
  ['both ways', box(197, 142), { dx: 3, dy: -2 }],
])('%s', (_, moving, shift) => expect(snapTo(moving, snapMarks([box(200, 100)]), 5)).toMatchObject(shift))

test('a guide is as long as what agrees on it', () => {
  expect(snapTo(box(202, 300), snapMarks([box(200, 100), box(900, 700)]), 5).guides).toContainEqual({ axis: 'x', at: 200, from: 100, to: 340 })
})

test('the shift is within reach, and where it shifts a guide shows it', () => {
  const boxes = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }), width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 300 }) })
  fc.assert(fc.property(boxes, fc.array(boxes, { maxLength: 6 }), (moving, others) => {
    const { dx, dy, guides } = snapTo(moving, snapMarks(others), 6)
    expect(Math.max(Math.abs(dx), Math.abs(dy))).toBeLessThanOrEqual(6)
    if (dx !== 0) expect(guides.some((guide) => guide.axis === 'x')).toBe(true)
    if (dy !== 0) expect(guides.some((guide) => guide.axis === 'y')).toBe(true)
    // Judged against a look at every pair of sides and middles.
    const marks = (at: number, size: number) => [at, at + size / 2, at + size]
    const nearest = Math.min(Infinity, ...others.flatMap((other) => marks(other.x, other.width).flatMap((at) => marks(moving.x, moving.width).map((own) => Math.abs(at - own)))))
    expect(Math.abs(dx)).toBe(nearest <= 6 ? nearest : 0)
  }))
})

test('around none there is no box', () => expect(boxAround([])).toBeUndefined())
