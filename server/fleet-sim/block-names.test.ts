import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockNames } from './block-names'

const BLOCKS = 12

test('does what a Map does, among names that meet in the same slots', () => {
  // 32 slots: names that differ by 32 have the same one.
  const name = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3 })).map(([low, times]) => low + 29 * times + 32 * times * 2 ** 22)
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(BLOCKS - 1), name), { maxLength: 200 }), (acts) => {
    const names = new BlockNames(BLOCKS)
    const model = new Map<number, number>()
    for (const [block, hash] of acts) {
      const had = names.hashOf(block)
      if (had >= 0) {
        names.delete(block)
        model.delete(had)
      } else if (!model.has(hash)) {
        names.set(block, hash)
        model.set(hash, block)
      }
      expect(names.size).toBe(model.size)
      for (const [, each] of acts) expect(names.blockOf(each)).toBe(model.get(each))
    }
    names.clear()
    expect(acts.every(([block, each]) => names.blockOf(each) === undefined && names.hashOf(block) < 0)).toBe(true)
  }))
})
