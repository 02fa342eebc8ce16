import { describe, expect, test } from 'vitest'
import { policies, type PolicyName } from './policies'
import { createPrefixIndex } from './prefix-index'
import { createScheduledInstance, type Fleet, type Placement, type RouteCall } from './scheduler'

const blocksOf = (run: number, count: number): number[] => Array.from({ length: count }, (_, index) => run * 1_000 + index)
const call = (id: string, run: number, blocks: number): RouteCall => ({ id, runKey: `run_${run}`, blocks: blocksOf(run, blocks), promptTokens: blocks * 64, outputTokens: 100, arrivedAt: 0 })

/** Two runs, one on each instance if the policy spreads them, then a second call of the first: what that decision saw. */
function secondCall(name: PolicyName): Placement {
  const instances = ['i0', 'i1'].map((id) => createScheduledInstance(id, { kvTokens: 10_000, maxSeqs: 8 }))
  const fleet: Fleet = { instances, prefixes: createPrefixIndex(), blockTokens: 64 }
  instances[1]!.slowness = 1.23456
  const scheduler = policies[name](fleet)
  const placed: Placement[] = []
  for (const one of [call('a', 1, 20), call('b', 2, 10), call('c', 1, 25)]) {
    scheduler.arrive(one)
    placed.push(...scheduler.place(0))
  }
  return placed.at(-1)!
}
const at = ({ candidates }: Placement, id: string) => candidates.find((one) => one.instanceId === id)

describe('what a decision saw', () => {
  test('FLOW tells every term that it weighs, as it was before the call counted', () => {
    const placement = secondCall('flow')
    expect(placement).toMatchObject({ instanceId: 'i0', reason: 'home' })
    // Of run 1: 20 blocks pinned, 100 tokens to come, and a claim for both of its calls: 25 blocks and 60 tokens for each.
    expect(at(placement, 'i0')).toEqual({ instanceId: 'i0', cachedTokens: 1_280, load: 1, terms: { runs: 1, slowness: 1, claimShare: 0.172, kvShare: 0.134, uncachedTokens: 320 } })
    expect(at(placement, 'i1')).toEqual({ instanceId: 'i1', cachedTokens: 0, load: 1, terms: { runs: 1, slowness: 1.235, claimShare: 0.07, kvShare: 0.07, uncachedTokens: 1_600 } })
  })

  test.each<[PolicyName, string[]]>([
    ['weighted-scores', ['score', 'prefixScore', 'queueScore', 'kvScore', 'uncachedTokens']],
    ['block-cost', ['cost', 'aheadBlocks', 'newBlocks', 'heldBlocks', 'uncachedTokens']],
    ['cache-aware', ['treeBlocks', 'uncachedTokens']],
    ['session-hash', ['score', 'uncachedTokens']],
    ['least-requests', ['uncachedTokens']],
  ])('%s tells what it compared', (name, terms) => {
    for (const candidate of secondCall(name).candidates) expect(Object.keys(candidate.terms!)).toEqual(terms)
  })

  test('the best score is the chosen one, and the least cost', () => {
    for (const [name, term, best] of [['weighted-scores', 'score', Math.max], ['block-cost', 'cost', Math.min], ['session-hash', 'score', Math.max]] as const) {
      const { candidates } = secondCall(name)
      expect(candidates).toHaveLength(2)
      expect(candidates[0]!.terms![term]).toBe(best(...candidates.map((one) => one.terms![term]!)))
    }
  })
})
