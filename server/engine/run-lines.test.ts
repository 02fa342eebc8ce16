import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { runLinesOf } from './run-lines'

const runId = 'run_1' as RunId
const route = { instance: 'i0', policy: 'flow', queueMs: 5, prefillMs: 10, decodeMs: 20, promptTokens: 100, completionTokens: 7 }
const error = { code: 'EGRESS_REFUSED', message: 'host leads to 10.0.0.1, which is not a public address', retryable: false }

/** Each fact 100 ms after the one before; the lines of the last. */
function linesAfter(...facts: RunFact[]) {
  const events = facts.map((fact, index): RunEvent => ({ ...fact, seq: index + 1, recordedAt: 1_000 + index * 100 }))
  return runLinesOf(runId, events.slice(-1), foldRun(emptyRun, events)).map((line) => ({ ...line, ...(typeof line.data === 'function' && { data: line.data() }) }))
}
const queued: RunFact = { type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }
const begun: RunFact[] = [queued, { type: 'run.started' }, { type: 'step.started', nodeId: 'a', attempt: 1 }]
const completed = (more: object = {}): RunFact => ({ type: 'step.completed', nodeId: 'a', attempt: 1, output: 'x', usage: { promptTokens: 100, completionTokens: 7 }, route, ...more })

test('a model call says where it was answered and what it took', () => {
  expect(linesAfter(...begun, completed())).toEqual([expect.objectContaining({ category: 'agent', level: 'INFO', message: 'a was answered by i0: 7 tokens', runId, nodeId: 'a', data: expect.objectContaining({ queueMs: 5, promptTokens: 100 }) as unknown })])
})

test('the end of a run says what it spent, whatever the end', () => {
  const done = linesAfter(...begun, completed(), { type: 'run.completed', output: null })
  expect(done.map((line) => line.category)).toEqual(['task', 'performance'])
  expect(done[1]).toMatchObject({ message: 'Run completed after 300 ms', data: { workflow: 'W', durationMs: 300, waitedMs: 100, steps: 1, attempts: 1, promptTokens: 100, completionTokens: 7, queueMs: 5 } })
  expect(linesAfter(...begun, { type: 'run.failed', error })).toMatchObject([{ category: 'performance', message: 'Run failed after 200 ms' }])
})

test('a call that the guard refused is a matter of security; another failure is not', () => {
  expect(linesAfter(...begun, { type: 'step.failed', nodeId: 'a', attempt: 1, error })).toMatchObject([{ category: 'security', level: 'WARNING', nodeId: 'a', data: { code: 'EGRESS_REFUSED', attempt: 1 } }])
  expect(linesAfter(...begun, { type: 'step.failed', nodeId: 'a', attempt: 1, error: { ...error, code: 'TIMEOUT' } })).toEqual([])
})

test('what a fork took over is not told again', () => {
  expect(linesAfter(...begun, completed({ reused: { runId: 'run_0' } }))).toEqual([])
  expect(linesAfter(...begun, { type: 'step.failed', nodeId: 'a', attempt: 1, error, reused: { runId: 'run_0' } })).toEqual([])
})
