import { describe, expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { emptyRun, stepOf } from '@/domain/run/run-state'
import { barsOf, laneNames, marksOf } from './run-lanes'

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

test('rows follow the order of the graph; inner steps stand under their map, counted as numbers', () => {
  const node = (id: string, type: string) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config: {} })
  const graph = Graph.parse({ nodes: [node('out', 'output'), node('m', 'map'), node('n', 'note')], edges: [{ id: 'e', source: 'm', target: 'out' }] })
  const run = foldRun(emptyRun, logOf([1, { type: 'step.scheduled', nodeId: 'm[10].x' }], [2, { type: 'step.scheduled', nodeId: 'm[2].x' }]))
  expect(laneNames(graph, run).map((lane) => lane.name)).toEqual(['M', '[2].x', '[10].x', 'OUT'])
})

test('marks stand where something needs a look', () => {
  const events = logOf(
    [1, { type: 'step.retrying', nodeId: 'a', attempt: 1, error, at: 9, interrupted: true }],
    [2, { type: 'run.waiting', nodeIds: ['b'] }],
    [3, { type: 'run.resumed', reason: 'answered' }],
    [4, { type: 'step.failed', nodeId: 'c', attempt: 1, error }],
    [5, { type: 'run.failed', error, nodeId: 'c' }],
  )
  expect(marksOf(events).map((mark) => `${mark.seq} ${mark.kind} ${mark.nodeId ?? ''}`)).toEqual(['1 interrupted a', '2 waiting b', '3 answered ', '4 failed c'])
})
