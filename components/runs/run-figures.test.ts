import { describe, expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { emptyRun, noStep, stepOf } from '@/domain/run/run-state'
import { innerProgress, nodeText, runDuration, stepDuration, textOfStep, totalTokens } from './run-figures'

const logOf = (...facts: RunFact[]): RunEvent[] => facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: 1_000 + index * 10 }))
const usage = { promptTokens: 100, cachedTokens: 80, completionTokens: 20 }

describe('figures of a run', () => {
  test('tokens count what this run paid for, not what it took over', () => {
    const run = foldRun(emptyRun, logOf(
      { type: 'step.completed', nodeId: 'old', attempt: 1, output: 1, usage, reused: { runId: 'run_1' } },
      { type: 'step.completed', nodeId: 'a', attempt: 1, output: 1, usage },
      { type: 'step.completed', nodeId: 'b', attempt: 1, output: 1, usage: { promptTokens: 1, completionTokens: 2 } },
    ))
    expect(totalTokens(run)).toEqual({ prompt: 101, cached: 80, completion: 22 })
  })
  test('time runs while the run does', () => {
    const log = logOf({ type: 'run.started' }, { type: 'step.started', nodeId: 'a', attempt: 1 }, { type: 'run.completed', output: 1 })
    const going = foldRun(emptyRun, log.slice(0, 2))
    expect(runDuration(going, 1_500)).toBe(500)
    expect(stepDuration(stepOf(going, 'a'), 1_500)).toBe(490)
    expect(runDuration(foldRun(going, log), 9_999)).toBe(20)
    expect(stepDuration(noStep, 5)).toBeUndefined()
  })
  test('text: its end on a node, all of it in the panel, from the output when none was streamed', () => {
    const run = foldRun(emptyRun, logOf({ type: 'step.started', nodeId: 'a', attempt: 1 }, { type: 'step.output', nodeId: 'a', attempt: 1, text: 'abcdef' }))
    const long = foldRun(run, logOf({ type: 'run.started' }, { type: 'run.started' }, { type: 'step.output', nodeId: 'a', attempt: 1, text: 'x'.repeat(398) }))
    expect(nodeText(stepOf(run, 'a'))).toBe('abcdef')
    expect(nodeText(stepOf(long, 'a'))).toBe(`…ef${'x'.repeat(398)}`)
    expect(nodeText({ ...stepOf(run, 'a'), state: { kind: 'failed', attempt: 1, error: { code: 'X', message: 'broken', retryable: false } } })).toBe('broken')
    expect(nodeText({ ...noStep, state: { kind: 'completed', output: { a: 1 }, handle: 'out' } })).toBe('{"a":1}')
    expect(textOfStep(stepOf(run, 'a'))).toBe('abcdef')
    expect(textOfStep({ ...noStep, state: { kind: 'completed', output: { text: 'kept' }, handle: 'out' } })).toBe('kept')
  })
  test('a map tells how far its inner steps are', () => {
    const run = foldRun(emptyRun, logOf({ type: 'step.scheduled', nodeId: 'm[0].x' }, { type: 'step.completed', nodeId: 'm[1].x', attempt: 1, output: 1 }))
    expect(innerProgress(run, 'm')).toEqual({ done: 1, failed: 0, seen: 2, tokens: 0 })
    expect(innerProgress(run, 'other')).toBeUndefined()
  })
})
