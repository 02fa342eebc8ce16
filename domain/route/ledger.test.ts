import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLedger } from './ledger'
import { cachedBlocks, createPrefixIndex } from './prefix-index'
import { sharedBlocks } from './prefix-tree'
import { createScheduledInstance, type RouteCall } from './scheduler'

const BLOCK = 64
const [INSTANCES, KV_BLOCKS] = [2, 40]
const hashesOf = (steps: readonly number[]): number[] => steps.map((_, at) => Number.parseInt(`1${steps.slice(0, at + 1).join('')}`, 4))
const path = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 })
const deed = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), steps: path, output: fc.nat(300), at: fc.nat(INSTANCES - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('begin' as const), which: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(50) }) },
)

/** The same book, kept block by block: slow and plain. */
function plainBook() {
  const pinned = new Map<number, number>()
  let [young, old] = [new Set<number>(), new Set<number>()]
  return {
    pinned,
    cached(blocks: readonly number[]): number {
      const missing = blocks.findIndex((block) => !young.has(block) && !old.has(block))
      return missing < 0 ? blocks.length : missing
    },
    put(blocks: readonly number[]): void {
      for (const block of blocks) pinned.set(block, (pinned.get(block) ?? 0) + 1)
      if (blocks.length === 0) return
      const noted = blocks.slice(0, KV_BLOCKS)
      if (young.size + noted.length > KV_BLOCKS / 2 && young.size > 0) [old, young] = [young, new Set()]
      for (const block of noted) young.add(block)
      if (young.size + old.size > KV_BLOCKS) old = new Set()
    },
    end(blocks: readonly number[]): void {
      for (const block of blocks) {
        const left = pinned.get(block)! - 1
        if (left === 0) pinned.delete(block)
        else pinned.set(block, left)
      }
    },
  }
}

test('it says what a book kept block by block says, whatever comes and goes', () => {
  fc.assert(fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
    const instances = Array.from({ length: INSTANCES }, (_, index) => createScheduledInstance(`i${index}`, { kvTokens: KV_BLOCKS * BLOCK, maxSeqs: 100 }))
    const prefixes = createPrefixIndex()
    const ledger = createLedger({ instances, prefixes, blockTokens: BLOCK }, 'test')
    const books = instances.map(plainBook)
    const open: { call: RouteCall; at: number; prefill: number; atBegin: number; beside: number }[] = []
    const sum = (at: number, pick: (one: (typeof open)[number]) => number): number => open.reduce((all, one) => all + (one.at === at ? pick(one) : 0), 0)
    deeds.forEach((one, index) => {
      if (one.do === 'put') {
        const blocks = hashesOf(one.steps)
        const call: RouteCall = { id: `c${index}`, blocks, promptTokens: blocks.length * BLOCK + 7, outputTokens: one.output, arrivedAt: 0 }
        const book = books[one.at]!
        const expected = { uncachedTokens: call.promptTokens - book.cached(blocks) * BLOCK, aheadTokens: sum(one.at, ({ prefill }) => prefill), calls: sum(one.at, () => 1), contextTokens: book.pinned.size * BLOCK }
        const placement = ledger.put(call, instances[one.at]!, 'turn')
        expect(placement.load).toEqual(expected)
        expect(placement.candidates.map(({ cachedTokens }) => cachedTokens)).toEqual([placement.instanceId, `i${1 - one.at}`].map((id) => books[Number(id.slice(1))]!.cached(blocks) * BLOCK))
        book.put(blocks)
        for (const other of open) if (other.at === one.at) other.beside += expected.uncachedTokens
        open.push({ call, at: one.at, prefill: expected.uncachedTokens, atBegin: expected.contextTokens, beside: 0 })
      } else {
        const found = open[one.which % Math.max(1, open.length)]
        if (!found) return
        found.prefill = 0
        if (one.do === 'begin') ledger.begun(found.call.id)
        else {
          const { size } = books[found.at]!.pinned
          expect(ledger.end(found.call.id)?.load).toMatchObject({ contextTokens: (found.atBegin + size * BLOCK) / 2, besideTokens: found.beside })
          expect(ledger.end(found.call.id)).toBeUndefined()
          open.splice(open.indexOf(found), 1)
          books[found.at]!.end(found.call.blocks)
        }
      }
      instances.forEach((instance, at) => {
        expect([instance.pinned.size, instance.calls.size, instance.prefillTokens, instance.growthTokens]).toEqual([books[at]!.pinned.size, sum(at, () => 1), sum(at, ({ prefill }) => prefill), sum(at, ({ call }) => call.outputTokens)])
        for (const { call: { blocks } } of open) {
          const missing = blocks.findIndex((block) => !books[at]!.pinned.has(block))
          expect(sharedBlocks(instance.pinned, blocks)).toBe(missing < 0 ? blocks.length : missing)
          expect(cachedBlocks(prefixes, instance.id, blocks)).toBe(books[at]!.cached(blocks))
        }
      })
    })
  }), { numRuns: 200 })
})
