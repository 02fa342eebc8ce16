import { describe, expect, test } from 'vitest'
import { createExactIndex, exactBlocks, type KvEvent } from './exact-index'
import { cachedBlocks, createPrefixIndex, recordPrefix } from './prefix-index'

const tokens = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index)
const stored = (keys: string[], more: Partial<Extract<KvEvent, { kind: 'stored' }>> = {}): KvEvent => ({ kind: 'stored', keys, tokens: tokens(16 * keys.length), blockSize: 16, ...more })

function setUp() {
  const prefixes = createPrefixIndex()
  const index = createExactIndex(prefixes)
  return { prefixes, index, held: (prompt: readonly number[], more?: Parameters<typeof exactBlocks>[1]) => cachedBlocks(prefixes, 'i', exactBlocks(prompt, more)) }
}
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

describe('the exact index', () => {
  test('finds a prompt by its tokens, however the blocks came', () => {
    const { index, held } = setUp()
    index.apply('i', [stored(['a']), stored(['b', 'c'], { parent: 'a', tokens: tokens(32, 16) })])
    expect(held(tokens(200))).toBe(0)
    index.apply('i', [stored(['d', 'e', 'f', 'g', 'h'], { parent: 'c', tokens: tokens(80, 48) })])
    expect(held(tokens(200))).toBe(2)
    expect(held([...tokens(64), 9, ...tokens(200)])).toBe(1)
    expect(held(tokens(63))).toBe(0)
  })

  test('X1: a block that hangs in the air is left out', () => {
    const { index, held } = setUp()
    index.apply('i', [stored(['x'], { parent: 'nobody' })])
    expect([held(tokens(64)), index.sizeOf('i')]).toEqual([0, 0])
  })

  test('X2: a block in two places is gone with the last', () => {
    const { index, held } = setUp()
    index.apply('i', [stored(KEYS.slice(0, 4), { medium: 'GPU' }), stored(KEYS.slice(0, 4), { medium: 'CPU' })])
    index.apply('i', [{ kind: 'removed', keys: ['d'], medium: 'GPU' }])
    expect(held(tokens(64))).toBe(1)
    index.apply('i', [{ kind: 'removed', keys: ['d'], medium: 'CPU' }])
    expect(held(tokens(64))).toBe(0)
  })

  test('a salt and an adapter have caches of their own', () => {
    const { index, held } = setUp()
    index.apply('i', [stored(KEYS.slice(0, 4), { extra: ['tenant', undefined, undefined, undefined] }), stored(KEYS.slice(4, 8), { lora: 'sql' })])
    expect([held(tokens(64)), held(tokens(64), { salt: 'tenant' }), held(tokens(64), { lora: 'sql' }), held(tokens(64), { lora: 'sql', salt: 'tenant' })]).toEqual([0, 1, 1, 0])
  })

  test('cleared and forgotten', () => {
    const { index, held } = setUp()
    index.apply('i', [stored(KEYS.slice(0, 4))])
    index.apply('i', [{ kind: 'cleared' }])
    expect([held(tokens(64)), index.knows('i')]).toEqual([0, true])
    index.apply('i', [stored(KEYS.slice(0, 4))])
    index.forget('i')
    expect([held(tokens(64)), index.knows('i')]).toEqual([0, false])
  })

  test('what was guessed and what was told do not mix', () => {
    const { prefixes, index, held } = setUp()
    index.apply('i', [])
    recordPrefix(prefixes, 'i', exactBlocks(tokens(64)))
    expect(held(tokens(64))).toBe(0)
  })
})
