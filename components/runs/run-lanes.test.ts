import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { emptyRun, stepOf } from '@/domain/run/run-state'
import { barsOf } from '@/domain/run/step-bars'
import { laneNames, marksOf, sameLane, type Lane } from './run-lanes'

const error = { code: 'X', message: 'broken', retryable: true }
const logOf = (...rows: [number, RunFact][]): RunEvent[] => rows.map(([recordedAt, fact], index) => ({ ...fact, seq: index + 1, recordedAt }))

test('rows follow the order of the graph; inner steps stand under their map, counted as numbers', () => {
  const node = (id: string, type: string) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config: {} })
  const graph = Graph.parse({ nodes: [node('out', 'output'), node('m', 'map'), node('n', 'note')], edges: [{ id: 'e', source: 'm', target: 'out' }] })
  const run = foldRun(emptyRun, logOf([1, { type: 'step.scheduled', nodeId: 'm[10].x' }], [2, { type: 'step.scheduled', nodeId: 'm[2].x' }]))
  expect(laneNames(graph, run).map((lane) => lane.name)).toEqual(['M', '[2].x', '[10].x', 'OUT'])
})

test('turns stand in their order, and in one the answer before what it called; maps within maps too', () => {
  const node = (id: string, type: string) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config: {} })
  const graph = Graph.parse({ nodes: [node('ask', 'agent'), node('m', 'map')], edges: [] })
  const keys = ['ask[0].model', 'm[1].in[10].b', 'ask[0].zoom', 'ask[0].find', 'm[1].in[2].b', 'ask[0].find~2', 'm[0].in', 'ask[1].model', 'm[1].in', 'ask[10].model', 'm[1].in[10].a', 'ask[2].model', 'ask[2].find']
  const run = foldRun(emptyRun, logOf(...keys.map((nodeId, at): [number, RunFact] => [at, { type: 'step.scheduled', nodeId }])))
  expect(laneNames(graph, run).map((lane) => lane.key)).toEqual([
    'ask', 'ask[0].model', 'ask[0].zoom', 'ask[0].find', 'ask[0].find~2', 'ask[1].model', 'ask[2].model', 'ask[2].find', 'ask[10].model',
    'm', 'm[0].in', 'm[1].in', 'm[1].in[2].b', 'm[1].in[10].b', 'm[1].in[10].a',
  ])
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

test('a lane is drawn anew for what changes its bars, not for a piece of text', () => {
  const log = logOf([1, { type: 'step.started', nodeId: 'a', attempt: 1 }], [2, { type: 'step.output', nodeId: 'a', attempt: 1, text: 'one' }], [3, { type: 'step.output', nodeId: 'a', attempt: 1, text: 'two' }], [4, { type: 'step.completed', nodeId: 'a', attempt: 1, output: 1 }])
  const lanes = log.map((_, index): Lane => {
    const step = stepOf(foldRun(emptyRun, log.slice(0, index + 1)), 'a')
    return { bars: barsOf(step, false), reused: step.reusedFrom !== undefined, finishedAt: step.finishedAt }
  })
  expect(lanes.slice(1).map((lane, index) => sameLane(lanes[index]!, lane))).toEqual([true, true, false])
})
