import { describe, expect, it } from 'vitest'
import { BlockCache } from './block-cache'
import { BLOCK_SIZE, blockHash, rootHash } from './block-hash'

const hashesOf = (tokens: readonly number[], salt?: string): number[] => {
  const hashes: number[] = []
  for (let start = 0; start + BLOCK_SIZE <= tokens.length; start += BLOCK_SIZE) {
    hashes.push(blockHash(hashes.at(-1) ?? rootHash(salt), (i) => tokens[i] as number, start))
  }
  return hashes
}
const count = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i)

function fill(cache: BlockCache, hashes: readonly number[]): number[] {
  const blocks = cache.allocate(hashes.length) ?? []
  blocks.forEach((block, i) => cache.seal(block, hashes[i] as number))
  return blocks
}

describe('blockHash', () => {
  it('chains: the same tokens after another beginning hash otherwise', () => {
    const tail = count(1_000, 16)
    const [, one] = hashesOf([...count(0, 16), ...tail])
    const [, other] = hashesOf([...count(5, 16), ...tail])
    expect(one).not.toBe(other)
    expect(hashesOf([...count(0, 16), ...tail])[1]).toBe(one)
  })

  it('gives each cache salt a tree of its own', () => {
    const tokens = count(0, 32)
    expect(hashesOf(tokens, 'a')).not.toEqual(hashesOf(tokens))
    expect(hashesOf(tokens, 'a')).not.toEqual(hashesOf(tokens, 'b'))
    expect(hashesOf(tokens, 'a')).toEqual(hashesOf(tokens, 'a'))
  })

  it('does not collide over many blocks, and stays an exact number', () => {
    const seen = new Set<number>()
    for (let i = 0; i < 20_000; i++) seen.add(blockHash(rootHash(), (at) => i * 281474976 + at, 0))
    expect(seen.size).toBe(20_000)
    expect([...seen].every(Number.isSafeInteger)).toBe(true)
  })
})

describe('BlockCache', () => {
  it('finds the longest leading run and no further', () => {
    const cache = new BlockCache(8)
    const hashes = hashesOf(count(0, 64))
    fill(cache, hashes.slice(0, 2))
    expect(cache.match(hashes)).toHaveLength(2)
    expect(cache.match(hashes.slice(1))).toHaveLength(1)
    expect(cache.match(hashesOf(count(1, 64)))).toHaveLength(0)
  })

  it('is finite: it hands out no more than it has', () => {
    const cache = new BlockCache(4)
    expect(cache.allocate(3)).toHaveLength(3)
    expect(cache.allocate(2)).toBeUndefined()
    expect(cache.freeBlocks).toBe(1)
    expect(cache.usage).toBe(0.75)
  })

  it('evicts the least recently used, the end of a prefix before its beginning', () => {
    const cache = new BlockCache(4)
    const old = hashesOf(count(0, 32))
    const young = hashesOf(count(500, 32))
    cache.release(fill(cache, old))
    cache.release(fill(cache, young))
    cache.allocate(1)
    expect(cache.match(old)).toHaveLength(1)
    expect(cache.match(young)).toHaveLength(2)
    cache.allocate(1)
    expect(cache.match(old)).toHaveLength(0)
    expect(cache.match(young)).toHaveLength(2)
  })

  it('a hit makes a prefix young again', () => {
    const cache = new BlockCache(4)
    const first = hashesOf(count(0, 32))
    const second = hashesOf(count(500, 32))
    cache.release(fill(cache, first))
    cache.release(fill(cache, second))
    const hits = cache.match(first)
    cache.hold(hits)
    cache.release(hits)
    cache.allocate(2)
    expect(cache.match(first)).toHaveLength(2)
    expect(cache.match(second)).toHaveLength(0)
  })

  it('shares blocks: held by two, they are free only after both let go', () => {
    const cache = new BlockCache(4)
    const hashes = hashesOf(count(0, 32))
    const blocks = fill(cache, hashes)
    cache.hold(cache.match(hashes))
    cache.release(blocks)
    expect(cache.heldBlocks).toBe(2)
    expect(cache.reset()).toBe(false)
    cache.release(blocks)
    expect(cache.heldBlocks).toBe(0)
    expect(cache.reset()).toBe(true)
    expect(cache.match(hashes)).toHaveLength(0)
  })
})
