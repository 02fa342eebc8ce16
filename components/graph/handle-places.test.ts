import { expect, test } from 'vitest'
import { handlesIn, handlesOfBox } from './handle-places'

const box = { width: 220, height: 76 }
const middles = (handles: ReturnType<typeof handlesIn>) => handles.map(({ id, type, x, y, width, height }) => [id, type, x + width! / 2, y + height! / 2])

test('handles lie on the sides of the box, one below the other', () => {
  expect(middles(handlesIn({ type: 'transform', config: {} }, box))).toEqual([['in', 'target', 0, 38], ['out', 'source', 220, 38]])
  expect(middles(handlesIn({ type: 'condition', config: { onError: 'branch' } }, box))).toEqual([['in', 'target', 0, 38], ['true', 'source', 220, 19], ['false', 'source', 220, 38], ['error', 'source', 220, 57]])
  expect(middles(handlesIn({ type: 'input', config: {} }, box))).toEqual([['out', 'source', 220, 38]])
})

test('a note has none, and a box that stands for several nodes has one on each side', () => {
  expect(handlesIn({ type: 'note', config: {} }, box)).toEqual([])
  expect(middles(handlesOfBox(box))).toEqual([['in', 'target', 0, 38], ['out', 'source', 220, 38]])
})
