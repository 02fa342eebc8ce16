import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES, blockHashes, blocksHeld, cachedBlocks, createPrefixIndex, forgetInstance, holdsBlocks, recordPrefix } from './prefix-index'

const bytes = fc.uint8Array({ minLength: 0, maxLength: 6 * BLOCK_BYTES })
/** Prompts that share prefixes: a path through a small tree of blocks. */
const paths = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 40 })
const hashesOf = (path: number[]): number[] => path.map((_, i) => Number.parseInt(`1${path.slice(0, i + 1).join('')}`, 4))

describe('blockHashes', () => {
  it('has one hash a full block, each a safe integer', () => {
    fc.assert(fc.property(bytes, (prompt) => {
      const hashes = blockHashes(prompt, 'm')
      expect(hashes.length).toBe(Math.floor(prompt.length / BLOCK_BYTES))
      expect(hashes.every(Number.isSafeInteger)).toBe(true)
    }))
  })

  it('P1: prompts agree up to their first different block, and nowhere after', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 4 * BLOCK_BYTES, maxLength: 4 * BLOCK_BYTES }), fc.nat(4 * BLOCK_BYTES - 1), fc.integer({ min: 1, max: 255 }), (prompt, at, by) => {
      const other = prompt.slice()
      other[at] = ((prompt[at] ?? 0) + by) % 256
      const [one, two] = [blockHashes(prompt, 'm'), blockHashes(other, 'm')]
      const block = Math.floor(at / BLOCK_BYTES)
      one.forEach((hash, i) => expect(hash === two[i]).toBe(i < block))
    }))
  })

  it('depends on the seed', () => {
    const prompt = new Uint8Array(BLOCK_BYTES)
    expect(blockHashes(prompt, 'a')).not.toEqual(blockHashes(prompt, 'b'))
  })

  it('does not collide on 200,000 blocks', () => {
    const prompt = new Uint8Array(BLOCK_BYTES)
    const seen = new Set<number>()
    for (let i = 0; i < 200_000; i++) {
      new DataView(prompt.buffer).setUint32(i % 60, i)
      seen.add(blockHashes(prompt, 'm')[0] ?? 0)
    }
    expect(seen.size).toBeGreaterThan(199_990)
  })
})

describe('prefix index', () => {
  it('finds the longest recorded prefix while everything fits', () => {
    fc.assert(fc.property(paths, fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 }), (recorded, asked) => {
      const index = createPrefixIndex(100_000)
      for (const path of recorded) recordPrefix(index, 'a', hashesOf(path))
      const longest = Math.max(0, ...recorded.map((path) => {
        const differs = asked.findIndex((block, i) => path[i] !== block)
        return differs < 0 ? asked.length : differs
      }))
      expect(cachedBlocks(index, 'a', hashesOf(asked))).toBe(longest)
      expect(cachedBlocks(index, 'b', hashesOf(asked))).toBe(0)
    }))
  })

  it('P2, P3: stays bounded and closed under prefixes, and keeps the newest prompt', () => {
    fc.assert(fc.property(paths, fc.integer({ min: 1, max: 12 }), (recorded, capacity) => {
      const index = createPrefixIndex(capacity)
      for (const path of recorded) {
        const hashes = hashesOf(path)
        recordPrefix(index, 'a', hashes)
        expect(blocksHeld(index, 'a')).toBeLessThanOrEqual(capacity)
        expect(cachedBlocks(index, 'a', hashes)).toBe(Math.min(capacity, hashes.length))
        for (const other of recorded) {
          const known = hashesOf(other).map((_hash, at) => holdsBlocks(index, 'a', hashesOf(other), at + 1))
          expect(known.lastIndexOf(true)).toBe(known.filter(Boolean).length - 1)
          expect(known.filter(Boolean).length).toBe(cachedBlocks(index, 'a', hashesOf(other)))
        }
      }
    }))
  })

  it('P2, P3: holds what two sets of blocks would hold, block by block', () => {
    fc.assert(fc.property(paths, fc.integer({ min: 1, max: 30 }), (recorded, capacity) => {
      const index = createPrefixIndex(capacity)
      let [young, old] = [new Set<number>(), new Set<number>()]
      for (const path of recorded) {
        const hashes = hashesOf(path)
        recordPrefix(index, 'a', hashes)
        const noted = hashes.slice(0, capacity)
        if (young.size + noted.length > capacity / 2 && young.size > 0) [old, young] = [young, new Set()]
        for (const hash of noted) young.add(hash)
        if (young.size + old.size > capacity) old = new Set()
        expect(blocksHeld(index, 'a')).toBe(young.size + old.size)
        for (const other of recorded) {
          const asked = hashesOf(other)
          const missing = asked.findIndex((hash) => !young.has(hash) && !old.has(hash))
          expect(cachedBlocks(index, 'a', asked)).toBe(missing < 0 ? asked.length : missing)
        }
      }
    }))
  })

  it('an instance that restarted knows nothing', () => {
    const index = createPrefixIndex()
    recordPrefix(index, 'a', [1, 2])
    recordPrefix(index, 'b', [1, 2])
    forgetInstance(index, 'a')
    expect([cachedBlocks(index, 'a', [1, 2]), cachedBlocks(index, 'b', [1, 2])]).toEqual([0, 2])
  })
})
