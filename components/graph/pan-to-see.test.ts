import { expect, test } from 'vitest'
import { panToSee } from './pan-to-see'

const wide = { width: 1100, height: 800 }
const narrow = { width: 390, height: 600 }
const side = { width: 384, height: 800 }

test.each([
  ['in sight', { x: 100, y: 300 }, undefined, { x: 0, y: 0 }],
  ['beneath the panel at the right', { x: 800, y: 300 }, side, { x: -324, y: 0 }],
  ['there without the panel', { x: 800, y: 300 }, undefined, { x: 0, y: 0 }],
  ['beyond the left and upper edges', { x: -50, y: -10 }, side, { x: 70, y: 30 }],
  ['beyond the lower edge', { x: 100, y: 790 }, undefined, { x: 0, y: -86 }],
] as const)('a node %s is moved as far as it must', (_, at, panel, way) => expect(panToSee({ ...at, width: 220, height: 76 }, wide, panel)).toEqual(way))

test('on a narrow canvas a node comes to lie above the panel at its foot', () => {
  expect(panToSee({ x: 60, y: 300, width: 220, height: 76 }, narrow, { width: 390, height: 420 })).toEqual({ x: 0, y: -216 })
})

test('of what is larger than the room the beginning is seen; what fills it stays', () => {
  expect(panToSee({ x: 300, y: 0, width: 900, height: 900 }, wide, side)).toEqual({ x: -280, y: 0 })
  expect(panToSee({ x: -100, y: -50, width: 2_000, height: 2_000 }, wide, side)).toEqual({ x: 0, y: 0 })
})
