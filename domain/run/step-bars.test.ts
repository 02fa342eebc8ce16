import { describe, expect, test } from 'vitest'
import { foldRun } from './reduce-run'
import type { RunEvent, RunFact } from './run-event'
import { emptyRun, stepOf } from './run-state'
import { barsOf } from './step-bars'

const error = { code: 'X', message: 'broken', retryable: true }
const logOf = (...rows: [number, RunFact][]): RunEvent[] => rows.map(([recordedAt, fact], index) => ({ ...fact, seq: index + 1, recordedAt }))
const retried = logOf(
  [100, { type: 'run.started' }],
  [110, { type: 'step.started', nodeId: 'a', attempt: 1 }],
  [150, { type: 'step.retrying', nodeId: 'a', attempt: 1, error, at: 250 }],
  [260, { type: 'step.started', nodeId: 'a', attempt: 2 }],
  [300, { type: 'step.completed', nodeId: 'a', attempt: 2, output: 1 }],
)

describe('bars of a step', () => {
  test('an attempt, the pause, the next attempt', () => {
    expect(barsOf(stepOf(foldRun(emptyRun, retried), 'a'), false)).toEqual([
      { from: 110, to: 150, kind: 'retried', attempt: 1 },
      { from: 150, to: 260, kind: 'backoff', attempt: 1 },
      { from: 260, to: 300, kind: 'completed', attempt: 2 },
    ])
  })
  test('a pause that still goes on, and an attempt that still runs, have no end', () => {
    expect(barsOf(stepOf(foldRun(emptyRun, retried.slice(0, 3)), 'a'), false).at(-1)).toEqual({ from: 150, to: undefined, kind: 'backoff', attempt: 1 })
    expect(barsOf(stepOf(foldRun(emptyRun, retried.slice(0, 2)), 'a'), false)).toEqual([{ from: 110, to: undefined, kind: 'running', attempt: 1 }])
    expect(barsOf(stepOf(foldRun(emptyRun, retried.slice(0, 2)), 'a'), true)[0]?.kind).toBe('waiting')
  })
  test('a step cut off by a cancel ends there', () => {
    const events = [...retried.slice(0, 2), ...logOf([200, { type: 'step.cancelled', nodeId: 'a' }]).map((event) => ({ ...event, seq: 9 }))]
    expect(barsOf(stepOf(foldRun(emptyRun, events), 'a'), false)).toEqual([{ from: 110, to: 200, kind: 'cancelled', attempt: 1 }])
  })
})
