import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { fourAgents } from '@/domain/template/four-agents'
import { diffRuns } from './diff-runs'
import { forkedGraph } from './fork-run'
import { foldRun } from './reduce-run'
import type { RunFact } from './run-event'
import { emptyRun } from './run-state'

const runOf = (...facts: RunFact[]) => foldRun(emptyRun, facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: index * 10 })))
const done = (nodeId: string, output: string, reused?: string): RunFact[] => [
  { type: 'step.started', nodeId, attempt: 1 },
  { type: 'step.completed', nodeId, attempt: 1, output, ...(reused !== undefined && { reused: { runId: reused } }) },
]

test('two runs are compared node by node', () => {
  const a = { graph: fourAgents.graph, run: runOf(...done('sena', 'plan'), ...done('lubit', 'yes')) }
  const edited = forkedGraph(fourAgents.graph, { lubit: { config: { prompt: 'Other' } } })
  const b = { graph: { ...edited, nodes: edited.nodes.filter((node) => node.id !== 'rune') }, run: runOf(...done('sena', 'plan', 'run_a'), ...done('lubit', 'no')) }
  const byNode = Object.fromEntries(diffRuns(a, b).map(({ nodeId, change, configChanged, reused }) => [nodeId, `${change}${configChanged ? ', config' : ''}${reused ? ', reused' : ''}`]))
  expect(byNode).toEqual({ request: 'same', sena: 'same, reused', lubit: 'changed, config', gitcode: 'same', rune: 'removed', result: 'same' })
  expect(diffRuns(b, a).find((node) => node.nodeId === 'rune')?.change).toBe('added')
  expect(diffRuns(a, b).find((node) => node.nodeId === 'lubit')?.a).toMatchObject({ status: 'completed', output: 'yes', durationMs: 10 })
  expect(diffRuns(a, b).find((node) => node.nodeId === 'sena')?.b).toMatchObject({ status: 'completed', output: 'plan', durationMs: null })
})

test('the calls of a node are added up, those inside a map too; what no call tells stays unknown', () => {
  const route = { instance: 'i', policy: 'p', queueMs: 5, prefillMs: 20, decodeMs: 100, promptTokens: 10, cachedTokens: 4, completionTokens: 8 }
  const call = (nodeId: string, cachedTokens?: number): RunFact[] => [
    { type: 'step.started', nodeId, attempt: 1 },
    { type: 'step.completed', nodeId, attempt: 1, output: 1, route, usage: { promptTokens: 10, completionTokens: 8, ...(cachedTokens !== undefined && { cachedTokens }) } },
  ]
  const graph = Graph.parse({ nodes: ['one', 'each', 'taken'].map((id) => ({ id, type: 'map', name: id, position: { x: 0, y: 0 } })), edges: [] })
  const side = { graph, run: runOf(...call('one', 4), ...call('each[0].x', 4), ...call('each[1].x'), ...done('taken', 'x', 'run_p')) }
  const prices = [{ from: 0, prices: [{ model: '*', prompt: 100_000, completion: 1_000_000 }] }]
  expect(Object.fromEntries(diffRuns(side, side, prices).map((node) => [node.nodeId, node.a?.call]))).toEqual({
    one: { calls: 1, queueMs: 5, ttftMs: 25, decodeMs: 100, promptTokens: 10, cachedTokens: 4, completionTokens: 8, cost: 9 },
    each: { calls: 2, queueMs: 10, ttftMs: 50, decodeMs: 200, promptTokens: 20, cachedTokens: null, completionTokens: 16, cost: 18 },
    taken: null,
  })
  expect(diffRuns(side, side)[0]?.a?.call?.cost).toBeNull()
})
