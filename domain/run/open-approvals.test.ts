import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { openApprovals } from './open-approvals'
import { foldRun } from './reduce-run'
import type { RunFact } from './run-event'
import { compileGraph } from './run-graph'
import { emptyRun } from './run-state'

const node = (id: string, type: string, config: object = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const inner = { nodes: [node('i', 'input'), node('q', 'approval', { prompt: 'Go?', timeoutMs: 9_000, stepTimeoutMs: 5_000 })], edges: [{ id: 'e', source: 'i', target: 'q' }] }
const graph = compileGraph(Graph.parse({
  nodes: [node('in', 'input'), node('q', 'approval', { prompt: 'Go?' }), node('a', 'agent', { prompt: 'x' }), node('m', 'map', { body: inner })],
  edges: ['q', 'a', 'm'].map((target) => ({ id: target, source: 'in', target })),
}))
const started = (nodeId: string): RunFact => ({ type: 'step.started', nodeId, attempt: 1 })
const open = (...facts: RunFact[]) => openApprovals(foldRun(emptyRun, facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: 100 }))), graph).map(({ key, until }) => [key, until])

test('approvals are open while others work, inside maps too, until their time is over', () => {
  expect(open(started('a'), started('m'))).toEqual([])
  expect(open(started('a'), started('m'), started('m[1].q'), started('q'))).toEqual([['m[1].q', 5_100], ['q', undefined]])
  expect(open(started('q'), { type: 'step.completed', nodeId: 'q', attempt: 1, output: null })).toEqual([])
  expect(open(started('gone'), started('m[x].q'))).toEqual([])
})
