import fc from 'fast-check'
import { expect, test } from 'vitest'
import { statisticsOf } from './statistics'

test('nothing executed is not known, not zero', () => {
  expect(statisticsOf([])).toEqual({ executions: 0, successes: 0, failures: 0, successRate: null, durationMs: null, tokens: null })
})

test('figures of a hundred executions', () => {
  const executions = Array.from({ length: 100 }, (_, index) => ({ ok: index % 4 !== 0, durationMs: 100 - index }))
  expect(statisticsOf(executions)).toMatchObject({ executions: 100, successes: 75, failures: 25, successRate: 0.75, durationMs: { mean: 50.5, min: 1, max: 100, total: 5_050, p50: 50, p95: 95, p99: 99 } })
  expect(statisticsOf(executions).durationMs?.stdev).toBeCloseTo(28.866, 3)
})

test('tokens are means of the executions that called a model; what none says is not known', () => {
  const call = (promptTokens: number, cachedTokens?: number) => ({ ok: true, durationMs: 1, usage: { promptTokens, completionTokens: 8, ...(cachedTokens !== undefined && { cachedTokens }) } })
  expect(statisticsOf([call(10), call(30, 16), { ok: true, durationMs: 1 }]).tokens).toEqual({ prompt: 20, cached: 16, completion: 8 })
  expect(statisticsOf([call(10)]).tokens).toEqual({ prompt: 10, cached: null, completion: 8 })
})

test('percentiles are values that occurred, in order', () => {
  fc.assert(fc.property(fc.array(fc.nat(10_000), { minLength: 1 }), (durations) => {
    const found = statisticsOf(durations.map((durationMs) => ({ ok: true, durationMs }))).durationMs!
    for (const value of [found.p50, found.p95, found.p99, found.min, found.max]) expect(durations).toContain(value)
    expect(found.min).toBeLessThanOrEqual(found.p50)
    expect(found.p50).toBeLessThanOrEqual(found.p95)
    expect(found.p95).toBeLessThanOrEqual(found.p99)
    expect(found.p99).toBeLessThanOrEqual(found.max)
  }))
})
