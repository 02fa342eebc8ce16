import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCostModel, type CallLoad } from './cost-model'

/** What the fleet really takes: 10 ms, 80 ms a thousand tokens of its own and of those ahead; 12 ms a token, 0.1 a call and 1 for 20,000 tokens read. */
const truth = (load: CallLoad, slow: number) => ({ firstTokenMs: slow * (10 + 0.08 * (load.uncachedTokens + load.aheadTokens)), tokenMs: slow * (12 + 0.1 * load.calls + load.contextTokens / 20_000) })

function taught(slow: Record<string, number>, loads: readonly CallLoad[]) {
  const model = createCostModel()
  loads.forEach((load, index) => {
    const names = Object.keys(slow)
    const id = names[index % names.length]!
    const { firstTokenMs, tokenMs } = truth(load, slow[id]!)
    model.observe(id, load, { firstTokenMs, decodeMs: tokenMs * 99, outputTokens: 100 })
  })
  return model
}
const loads = fc.array(fc.record({ uncachedTokens: fc.integer({ min: 0, max: 20_000 }), aheadTokens: fc.integer({ min: 0, max: 40_000 }), calls: fc.integer({ min: 0, max: 60 }), contextTokens: fc.integer({ min: 0, max: 200_000 }) }), { minLength: 400, maxLength: 400 })

describe('the cost model', () => {
  test('says nothing before it has seen anything', () => {
    const model = createCostModel()
    expect(model.firstTokenMs('a', { uncachedTokens: 1, aheadTokens: 0, calls: 0, contextTokens: 0 })).toBeUndefined()
    expect(model.slownessOf('a')).toBe(1)
  })

  test('learns the rates of the fleet', () => {
    fc.assert(fc.property(loads, (seen) => {
      const model = taught({ a: 1, b: 1 }, seen)
      const load = { uncachedTokens: 5_000, aheadTokens: 3_000, calls: 9, contextTokens: 90_000 }
      expect(Math.abs(model.firstTokenMs('a', load)! / truth(load, 1).firstTokenMs - 1)).toBeLessThan(0.1)
      expect(Math.abs(model.tokenMs('b', load)! / truth(load, 1).tokenMs - 1)).toBeLessThan(0.1)
    }), { numRuns: 30 })
  })

  test('finds the slow instance, and does not call the others fast or slow', () => {
    fc.assert(fc.property(loads, (seen) => {
      const model = taught({ a: 1, b: 1, c: 3, d: 1 }, seen)
      expect(model.slownessOf('c')).toBeGreaterThan(2)
      for (const id of ['a', 'b', 'd']) expect(Math.abs(model.slownessOf(id) - 1)).toBeLessThan(0.2)
    }), { numRuns: 30 })
  })

  test('does not call an instance slow whose answers wait for the prompts of others', () => {
    // Now and then one of four reads the prompts of a fan-out between the tokens of some short answers: 20 to 60 times as long.
    const burst = fc.record({ at: fc.nat(3), calls: fc.integer({ min: 1, max: 12 }), besideTokens: fc.integer({ min: 10_000, max: 60_000 }), outputTokens: fc.integer({ min: 20, max: 60 }), quiet: fc.integer({ min: 40, max: 120 }) })
    fc.assert(fc.property(loads, fc.array(burst, { minLength: 8, maxLength: 12 }), (seen, bursts) => {
      const model = taught({ a: 1, b: 1, c: 1, d: 1 }, seen)
      const end = (id: string, load: CallLoad, outputTokens: number): void => {
        const gaps = outputTokens - 1
        model.observe(id, load, { decodeMs: truth(load, 1).tokenMs * gaps + 0.085 * (load.besideTokens ?? 0), outputTokens })
      }
      bursts.forEach(({ at, calls, besideTokens, outputTokens, quiet }, round) => {
        for (let index = 0; index < quiet; index++) end('abcd'[index % 4]!, { ...seen[(7 * index) % 400]!, besideTokens: 500 * (index % 9) }, 200)
        for (let index = 0; index < calls; index++) end('abcd'[at]!, { ...seen[index]!, besideTokens }, outputTokens)
        if (round > 2) for (const id of 'abcd') expect(model.slownessOf(id)).toBeLessThan(1.6)
      })
    }), { numRuns: 30 })
  })

  test('corrects the first tokens of each instance by its own errors, whatever its tokens take', () => {
    fc.assert(fc.property(loads, (seen) => {
      const model = createCostModel()
      // As fast as the other in tokens, and three times later with the first one: a queue of its own.
      seen.forEach((load, index) => {
        const { firstTokenMs, tokenMs } = truth(load, 1)
        model.observe(index % 2 ? 'late' : 'a', load, { firstTokenMs: index % 2 ? 3 * firstTokenMs : firstTokenMs, decodeMs: tokenMs * 99, outputTokens: 100 })
      })
      // Of all calls together: of one alone the common rates, taught by both in turn, may be further off.
      const sum = (of: (load: CallLoad) => number): number => seen.reduce((total, load) => total + of(load), 0)
      for (const [id, factor] of [['a', 1], ['late', 3]] as const) expect(Math.abs(sum((load) => model.firstTokenMs(id, load)!) / (factor * sum((load) => truth(load, 1).firstTokenMs)) - 1)).toBeLessThan(0.2)
      expect(model.firstTokenRatioOf('late') / model.firstTokenRatioOf('a')).toBeGreaterThan(2)
      expect(model.slownessOf('late')).toBeLessThan(1.2)
      model.forget('late')
      expect(model.firstTokenRatioOf('late')).toBe(1)
    }), { numRuns: 30 })
  })

  test('an instance that recovers is believed after some calls', () => {
    const same = Array.from({ length: 300 }, (_, index) => ({ uncachedTokens: 100 * (index % 7), aheadTokens: 0, calls: index % 5, contextTokens: 1_000 * (index % 3) }))
    const model = taught({ a: 1, b: 3 }, same)
    const before = model.slownessOf('b')
    for (const load of same) model.observe('b', load, { decodeMs: truth(load, 1).tokenMs * 99, outputTokens: 100 })
    expect(before).toBeGreaterThan(1.4)
    expect(model.slownessOf('b')).toBeLessThan(before)
  })
})
