import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { configPrint, printOf } from '@/domain/graph/value-print'
import { workflowResultsBody } from '@/wire/results'
import { createLastRunStore, edgeKey, glimpse, nodeKey, valueOverEdge } from './last-run-store'

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

test('a node in a body goes stale by itself, and so does what stands behind it there', () => {
  const inner = (expression: string) => ({ nodes: [{ id: 'item', type: 'input', name: 'Item', position: { x: 0, y: 0 }, config: {} }, { id: 'work', type: 'transform', name: 'W', position: { x: 0, y: 0 }, config: { expression } }, { id: 'out', type: 'output', name: 'O', position: { x: 0, y: 0 }, config: {} }], edges: [{ id: '1', source: 'item', target: 'work' }, { id: '2', source: 'work', target: 'out' }] })
  const mapped = (expression: string) => Graph.parse({ nodes: [{ id: 'm', type: 'map', name: 'M', position: { x: 0, y: 0 }, config: { items: 'input', body: inner(expression) } }], edges: [] })
  const of = (id: string, took: Record<string, string> = {}) => ({ runId: 'run_1', at: 1, status: 'completed' as const, configPrint: configPrint(Graph.parse(inner('1')).nodes.find((node) => node.id === id)!), wires: Object.keys(took).map((source) => `${source}/out`), took, output: id, outputPrint: printOf(id), handle: 'out', items: { step: `m[0].${id}`, count: 1, failed: 0 } })
  const body = workflowResultsBody({ results: { 'm.item': of('item'), 'm.work': of('work', { item: printOf('item') }), 'm.out': of('out', { work: printOf('work') }) }, figures: {}, input: 1 })
  const store = createLastRunStore(true)
  store.take(body, mapped('1'))
  expect([...store.view.getState().stale]).toEqual([])
  store.take(body, mapped('2'))
  expect([...store.view.getState().stale]).toEqual([['m.work', 'changed'], ['m.out', 'upstream']])
  expect(valueOverEdge(store.view.getState().results, nodeKey(['m'], 'work'), 'out')).toBe('work')
})
