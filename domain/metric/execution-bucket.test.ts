import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SKETCH_ACCURACY } from './duration-sketch'
import { bucketOfExecution, ExecutionBucket, mergeExecutions, statisticsOfBucket } from './execution-bucket'
import { statisticsOf, type Execution } from './statistics'

const usage = fc.record({ promptTokens: fc.nat(100_000), completionTokens: fc.nat(5_000) }).chain((known) => fc.option(fc.nat(1_000), { nil: undefined }).map((cachedTokens) => ({ ...known, ...(cachedTokens !== undefined && { cachedTokens }) })))
const execution: fc.Arbitrary<Execution> = fc.record({ ok: fc.boolean(), durationMs: fc.oneof(fc.constant(0), fc.nat(20), fc.integer({ min: 1, max: 100_000_000 })), usage: fc.option(usage, { nil: undefined }) })
  .map(({ usage: used, ...rest }) => ({ ...rest, ...(used && { usage: used }) }))

/** Merged in groups of groups, and stored in between. */
function merged(executions: readonly Execution[], cuts: readonly number[]) {
  const places = [0, ...cuts.map((cut) => cut % (executions.length + 1)).toSorted((a, b) => a - b), executions.length]
  const groups = places.slice(1).map((end, index) => executions.slice(places[index], end))
  return mergeExecutions(groups.flatMap((group) => {
    const bucket = mergeExecutions(group.map(bucketOfExecution))
    return bucket ? [ExecutionBucket.parse(JSON.parse(JSON.stringify(bucket)))] : []
  }))
}

test('however executions are grouped, their figures are those of all: exact but for percentiles, which are within the accuracy', () => {
  fc.assert(fc.property(fc.array(execution, { minLength: 1, maxLength: 200 }), fc.array(fc.nat(1_000), { maxLength: 6 }), (executions, cuts) => {
    const found = statisticsOfBucket(merged(executions, cuts))
    const exact = statisticsOf(executions)
    expect({ ...found, durationMs: null, tokens: null }).toEqual({ ...exact, durationMs: null, tokens: null })
    for (const name of ['mean', 'min', 'max', 'total'] as const) expect(found.durationMs![name]).toBeCloseTo(exact.durationMs![name], 3)
    expect(Math.abs(found.durationMs!.stdev - exact.durationMs!.stdev)).toBeLessThanOrEqual(1e-6 * (1 + exact.durationMs!.max))
    for (const name of ['p50', 'p95', 'p99'] as const) expect(Math.abs(found.durationMs![name] - exact.durationMs![name])).toBeLessThanOrEqual(SKETCH_ACCURACY * 1.001 * exact.durationMs![name])
    for (const name of ['prompt', 'cached', 'completion'] as const) {
      const [a, b] = [found.tokens?.[name] ?? null, exact.tokens?.[name] ?? null]
      if (a === null || b === null) expect(a).toBe(b)
      else expect(a).toBeCloseTo(b, 3)
    }
  }))
})

test('the spread of values far from zero keeps its digits', () => {
  const executions = Array.from({ length: 1_000 }, (_, index): Execution => ({ ok: true, durationMs: 1e12 + (index % 2) }))
  expect(statisticsOfBucket(mergeExecutions(executions.map(bucketOfExecution))).durationMs!.stdev).toBeCloseTo(0.5, 3)
})

test('of nothing nothing is known', () => {
  expect(statisticsOfBucket(mergeExecutions([]))).toEqual(statisticsOf([]))
})
