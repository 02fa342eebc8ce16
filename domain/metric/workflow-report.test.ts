import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { measureRun, type RunMeasure } from './measure-run'
import { readTokenPrices, type TokenPrices } from './token-price'
import { reportOf } from './workflow-report'

const queued: RunFact = { type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }
const started = (nodeId: string, model?: string): RunFact => ({ type: 'step.started', nodeId, attempt: 1, ...(model !== undefined && { input: { model } }) })
const answered = (nodeId: string, more: object = {}): RunFact => ({ type: 'step.completed', nodeId, attempt: 1, output: 'x', usage: { promptTokens: 100, cachedTokens: 40, completionTokens: 10 }, ...more })
const error = { code: 'OVERLOADED', message: 'Too busy', retryable: true }
const failed: RunFact[] = [{ type: 'step.failed', nodeId: 'a', attempt: 1, error }, { type: 'run.failed', error, nodeId: 'a' }]

/** A run whose facts are 100 ms apart. */
function measured(id: string, ...facts: RunFact[]): RunMeasure {
  return measureRun(id, foldRun(emptyRun, [queued, { type: 'run.started' } as const, ...facts].map((fact, index): RunEvent => ({ ...fact, seq: index + 1, recordedAt: 1_000 + index * 100 }))))
}
const noPrices = readTokenPrices('') as TokenPrices
const prices = readTokenPrices('small=1/10') as TokenPrices

test('runs are counted by how they ended, and figures are of those that did', () => {
  const { runs, executions } = reportOf([
    measured('run_1', { type: 'run.completed', output: null }), measured('run_2', started('a'), ...failed), measured('run_3', started('a')), measured('run_4', { type: 'run.cancelled', by: 'me' }),
  ], noPrices)
  expect(runs).toEqual({ total: 4, completed: 1, failed: 1, cancelled: 1, unfinished: 1 })
  expect(executions).toMatchObject({ executions: 2, successes: 1, failures: 1, successRate: 0.5, durationMs: { min: 100, max: 300, mean: 200, stdev: 100, p50: 100, p99: 300 } })
})

test('nodes stand by the time they took together; items of a map are one node', () => {
  const { slowest } = reportOf([measured('run_1', started('a'), answered('a'), started('m[0].b'), answered('m[0].b'), started('m[1].b'), answered('m[1].b'), { type: 'run.completed', output: null })], noPrices)
  expect(slowest.map(({ node, executions, durationMs }) => [node, executions, durationMs?.total])).toEqual([['m.b', 2, 200], ['a', 1, 100]])
})

test('a node has the name it had in the newest run that had it', () => {
  const named = (id: string, names: Record<string, string>) => ({ ...measured(id, started('a'), ...failed), names })
  expect(reportOf([named('run_2', { a: 'New' }), named('run_1', { a: 'Old', gone: 'Gone' })], noPrices).nodeNames).toEqual({ a: 'New', gone: 'Gone' })
})

test('failures are counted by code and node, with the newest run of each', () => {
  const other = { ...error, code: 'TIMEOUT' }
  const { failures } = reportOf([measured('run_3', started('a'), ...failed), measured('run_2', started('a'), { type: 'run.failed', error: other }), measured('run_1', started('a'), ...failed)], noPrices)
  expect(failures).toEqual([{ code: 'OVERLOADED', node: 'a', count: 2, message: 'Too busy', runId: 'run_3', step: 'a' }, { code: 'TIMEOUT', node: null, count: 1, message: 'Too busy', runId: 'run_2', step: null }])
})

test('tokens are summed per node and priced by model; what a fork took over is not counted again', () => {
  const one = measured('run_1', started('a', 'small'), answered('a'), started('b', 'small'), answered('b'), answered('c', { reused: { runId: 'run_0' } }))
  expect(reportOf([one], prices).tokens).toEqual({ calls: 2, promptTokens: 200, cachedTokens: 80, completionTokens: 20, cost: (200 + 20 * 10) / 1e6 })
  expect(reportOf([one], prices).tokensByNode.map(({ node, calls }) => [node, calls])).toEqual([['a', 1], ['b', 1]])
})

test('a cost that is not known for every call is not known', () => {
  const one = measured('run_1', started('a', 'small'), answered('a'), started('b', 'unpriced'), answered('b'))
  expect(reportOf([one], prices).tokens.cost).toBeNull()
  expect(reportOf([one], noPrices).tokens.cost).toBeNull()
})

test('calls of the simulated fleet are told apart, and a report of nothing knows nothing', () => {
  const route = { instance: 'i', policy: 'p', simulated: true, queueMs: 0, prefillMs: 0, decodeMs: 0, promptTokens: 1, completionTokens: 1 }
  expect(reportOf([measured('run_1', started('a'), answered('a', { route }))], noPrices).simulated).toBe(true)
  expect(reportOf([], noPrices)).toMatchObject({ runs: { total: 0 }, executions: { successRate: null, durationMs: null }, slowest: [], failures: [], simulated: false })
})
