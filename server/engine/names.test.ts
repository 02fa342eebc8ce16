import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { validateGraph } from '@/domain/graph/validate'
import { foldRun } from '@/domain/run/reduce-run'
import { reusedFacts } from '@/domain/run/fork-run'
import { emptyRun, stepOf } from '@/domain/run/run-state'
import { createWorld, settle } from './engine-world.suite'

/** Ids that every JavaScript object has as a property are legal ids too. */
const build = (id: string) => ({
  nodes: [['in', 'input', {}], [id, 'transform', { expression: 'input' }], ['out', 'output', {}]].map(([nodeId, type, config]) => ({ id: nodeId, type, name: 'n', position: { x: 0, y: 0 }, config })),
  edges: [{ id: 'a', source: 'in', target: id }, { id: 'b', source: id, target: 'out' }],
})

test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('a node may be called %s', async (id) => {
  const world = createWorld()
  const run = await world.begin(Graph.parse(build(id)), 7)
  await settle()
  const state = await world.state(run)
  expect([state.status, state.output]).toEqual(['completed', 7])
  expect(stepOf(emptyRun, id).state.kind).toBe('pending')
})

test('but __proto__ is refused: no object can hold it', () => {
  expect(Graph.safeParse(build('__proto__')).success).toBe(false)
})

test('new input reruns a root without edges', () => {
  const graph = Graph.parse({ nodes: [{ id: 't', type: 'transform', name: 't', position: { x: 0, y: 0 }, config: { expression: 'input.x' } }], edges: [] })
  expect(validateGraph(graph)).toEqual([])
  const parent = foldRun(emptyRun, [{ type: 'step.started', nodeId: 't', attempt: 1, seq: 1, recordedAt: 0 }, { type: 'step.completed', nodeId: 't', attempt: 1, output: 1, seq: 2, recordedAt: 0 }])
  expect(reusedFacts(parent, 'run_p', graph, { overrides: {}, newInput: true })).toEqual([])
})
