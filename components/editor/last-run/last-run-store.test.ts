import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { configPrint, printOf } from '@/domain/graph/value-print'
import { workflowResultsBody } from '@/wire/results'
import { createLastRunStore, edgeKey, glimpse, valueOverEdge } from './last-run-store'

const graph = Graph.parse({
  nodes: [
    { id: 'input', type: 'input', name: 'Input', position: { x: 0, y: 0 }, config: {} },
    { id: 'work', type: 'transform', name: 'Work', position: { x: 300, y: 0 }, config: { expression: 'input' } },
  ],
  edges: [{ id: 'e', source: 'input', target: 'work' }],
})
const changed = { ...graph, nodes: graph.nodes.map((node) => (node.id === 'work' ? { ...node, config: { expression: '2' } } : node)) }
const figures = { durationMs: 40, tokens: null, cost: null }

function known() {
  const of = (id: string, output: string, rest: object) => ({ runId: 'run_1', at: 1_000, status: 'completed' as const, configPrint: configPrint(graph.nodes.find((node) => node.id === id)!), wires: [], took: {}, output, outputPrint: printOf(output), handle: 'out', ...rest })
  return workflowResultsBody({
    results: { input: of('input', 'hi', {}), work: of('work', 'done', { wires: ['input/out'], took: { input: printOf('hi') } }) },
    figures: { work: { last: figures, typical: figures, runs: 1 } }, input: 'hi',
  })
}

test('what the server knows becomes marks on nodes and edges, and an edit makes its node stale', () => {
  const store = createLastRunStore(true)
  store.take(known(), graph)
  expect([...store.view.getState().stale]).toEqual([])
  expect([...store.view.getState().onPath]).toEqual(['input', 'work', edgeKey('e')])
  store.take(known(), changed)
  expect([...store.view.getState().stale]).toEqual([['work', 'changed']])
})

test('a node that nothing changed for keeps its result, so that it is not drawn again', () => {
  const store = createLastRunStore(true)
  const body = known()
  store.take(body, graph)
  const before = store.view.getState().results.work
  store.take(body, changed)
  expect(store.view.getState().results.work).toBe(before)
})

test('over an edge went what left by its handle', () => {
  const { results } = known()
  expect(valueOverEdge(results, 'input', 'out')).toBe('hi')
  expect(valueOverEdge(results, 'input', 'error')).toBeUndefined()
  expect(valueOverEdge(results, 'constructor', 'out')).toBeUndefined()
})

test('a trial that ended before its answer came is not shown as going on', () => {
  const store = createLastRunStore(true)
  store.begin('run_1')
  store.step('work', 'running')
  expect(store.view.getState().trial).toEqual({ runId: 'run_1', steps: { work: 'running' } })
  store.end('run_1')
  expect(store.view.getState().trial).toBeUndefined()
  store.end('run_2')
  store.begin('run_2')
  expect(store.view.getState().trial).toBeUndefined()
})

test.each([[undefined, ''], ['a\n b', 'a b'], [{ a: 1 }, '{"a":1}'], ['x'.repeat(80), `${'x'.repeat(60)}…`]])('a glimpse of %j', (value, text) => expect(glimpse(value)).toBe(text))
