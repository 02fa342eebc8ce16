import { expect, test } from 'vitest'
import type { FlameNode } from '@/domain/profile/profile'
import { flameBoxes } from './prepare-flame'

const node = (name: string, all: number, ...calls: FlameNode[]): FlameNode => ({ name, place: '', own: 0, all, calls })
const tree = node('(root)', 100, node('serve', 60, node('parse', 40), node('fold', 20)), node('tick', 30), node('tiny', 0.1))
const told = (path: readonly number[]) => flameBoxes(tree, path).map(({ node: { name }, depth, left, width }) => [name, depth, left, width])

test('every part lies below what called it, as wide as its share; what could not be seen is left out', () => {
  expect(told([])).toEqual([['(root)', 0, 0, 1], ['serve', 1, 0, 0.6], ['parse', 2, 0, 0.4], ['fold', 2, 0.4, 0.2], ['tick', 1, 0.6, 0.3]])
})

test('a part that is looked into fills the width, below its callers', () => {
  expect(told([0])).toEqual([['(root)', 0, 0, 1], ['serve', 1, 0, 1], ['parse', 2, 0, 40 / 60], ['fold', 2, 40 / 60, 20 / 60]])
  expect(flameBoxes(tree, [0, 1]).at(-1)).toMatchObject({ path: [0, 1], width: 1 })
})
