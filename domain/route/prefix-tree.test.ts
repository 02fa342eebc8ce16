import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addPrompt, createPrefixTree, removePrompt, sharedBlocks, type PrefixTree } from './prefix-tree'

/** Paths through a small tree: they share beginnings, repeat, and end where others go on. */
const path = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 9 })
const hashesOf = (steps: readonly number[]): number[] => steps.map((_, at) => 2 ** 41 + Number.parseInt(`1${steps.slice(0, at + 1).join('')}`, 4))
/** What is done: a prompt comes, or the one at this place of those that are there goes. */
const deeds = fc.array(fc.oneof({ weight: 3, arbitrary: path.map((steps) => ({ come: hashesOf(steps) })) }, { weight: 2, arbitrary: fc.nat(30).map((go) => ({ go })) }), { maxLength: 60 })

function segmentsOf({ roots }: PrefixTree): number {
  const count = (level: PrefixTree['roots'] | undefined): number => [...(level?.values() ?? [])].reduce((sum, { next }) => sum + 1 + count(next), 0)
  return count(roots)
}

test('T1, T2, T3: it is what counting each block of each prompt gives, and no more segments than twice the prompts', () => {
  fc.assert(fc.property(deeds, fc.array(path, { minLength: 1, maxLength: 5 }), (done, asked) => {
    const tree = createPrefixTree()
    const counts = new Map<number, number>()
    const here: number[][] = []
    for (const deed of done) {
      if ('come' in deed) {
        here.push(deed.come)
        addPrompt(tree, deed.come)
        for (const block of deed.come) counts.set(block, (counts.get(block) ?? 0) + 1)
      } else {
        const [gone] = here.splice(deed.go % Math.max(1, here.length), 1)
        if (!gone) continue
        // Equal blocks, but not the array that was put in.
        removePrompt(tree, [...gone])
        for (const block of gone) {
          const left = counts.get(block)! - 1
          if (left === 0) counts.delete(block)
          else counts.set(block, left)
        }
      }
      expect(tree.size).toBe(counts.size)
      expect(segmentsOf(tree)).toBeLessThanOrEqual(2 * here.length)
      for (const blocks of [...asked.map(hashesOf), ...here]) {
        const missing = blocks.findIndex((block) => !counts.has(block))
        expect(sharedBlocks(tree, blocks)).toBe(missing < 0 ? blocks.length : missing)
      }
    }
    for (const blocks of here) removePrompt(tree, blocks)
    expect([tree.size, tree.roots.size]).toEqual([0, 0])
  }), { numRuns: 300 })
})

test('only the blocks that count are put in', () => {
  const tree = createPrefixTree()
  addPrompt(tree, [1, 2, 3, 4], 2)
  addPrompt(tree, [1, 2, 3, 5], 1)
  expect([tree.size, sharedBlocks(tree, [1, 2, 3])]).toEqual([2, 2])
})
