import { expect, test } from 'vitest'
import type { ModelCall, RunMeasure } from './measure-run'
import { nodeHistories } from './node-figures'

const call = (node: string, promptTokens: number, model = 'm'): ModelCall => ({ node, model, at: 0, simulated: false, promptTokens, completionTokens: 10, cachedTokens: 4 })
const measure = (nodes: Record<string, number>, calls: ModelCall[] = []): RunMeasure => ({
  id: 'run_x', status: 'completed', createdAt: 0, durationMs: 1, run: undefined, failure: undefined, names: {}, calls,
  nodes: Object.fromEntries(Object.entries(nodes).map(([node, durationMs]) => [node, [{ ok: true, durationMs }]])),
})

test('the newest figures and the middle ones, a map with its inner calls', () => {
  const found = nodeHistories([
    measure({ a: 100, m: 900, 'm.inner': 400 }, [call('a', 20), call('m.inner', 5), call('m.inner', 7)]),
    measure({ a: 300 }, [call('a', 60)]),
    measure({ a: 200 }),
  ], [{ from: 0, prices: [{ model: '*', prompt: 1_000_000, completion: 0 }] }])
  expect(Object.keys(found)).toEqual(['a', 'm', 'm.inner'])
  expect(found.a).toEqual({ last: { durationMs: 100, tokens: { prompt: 20, cached: 4, completion: 10 }, cost: 20 }, typical: { durationMs: 200, tokens: { prompt: 20, cached: 4, completion: 10 }, cost: 20 }, runs: 3 })
  expect(found.m?.last).toEqual({ durationMs: 900, tokens: { prompt: 12, cached: 8, completion: 20 }, cost: 12 })
  expect(found['m.inner']?.last).toEqual({ durationMs: 400, tokens: { prompt: 12, cached: 8, completion: 20 }, cost: 12 })
})

test('a node in a body takes what its items take in the middle', () => {
  const run = measure({ m: 900 })
  run.nodes['m.inner'] = [10, 500, 20].map((durationMs) => ({ ok: true, durationMs }))
  expect(nodeHistories([run], [])['m.inner']?.last.durationMs).toBe(20)
})

test('a cost is known only with all its prices', () => {
  const prices = [{ from: 0, prices: [{ model: 'm', prompt: 1, completion: 1 }] }]
  expect(nodeHistories([measure({ a: 1 }, [call('a', 1), call('a', 1, 'other')])], prices).a?.last.cost).toBeNull()
  expect(nodeHistories([measure({ a: 1 })], prices).a?.last).toEqual({ durationMs: 1, tokens: null, cost: null })
})
