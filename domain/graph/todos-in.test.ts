import { expect, test } from 'vitest'
import { withTodos } from '@/domain/exchange/import-todos'
import { Graph } from './graph'
import { parseConfig } from './node-types'
import { todosOf, withoutTodo } from './todo'
import { todosIn } from './todos-in'
import { configPrint } from './value-print'

const node = (id: string, type: string, name: string, config = {}) => ({ id, type, name, position: { x: 0, y: 0 }, config })
const graph = Graph.parse({
  nodes: [node('n1', 'note', 'Send'), node('in', 'input', 'Begin'), node('send', 'http', 'Send', { url: 'https://x.example' }), node('each', 'map', 'Each', { items: 'input', body: { nodes: [node('ask', 'agent', 'Ask', { prompt: 'x' })], edges: [] } }), node('case', 'condition', 'Which · 1', { expression: 'true' })],
  edges: [],
})
const marked = withTodos(graph, [
  { level: 'todo', code: 'CREDENTIAL', node: 'Send', detail: 'mailApi' }, { level: 'lost', code: 'MEMORY', node: 'Ask' }, { level: 'changed', code: 'MODEL', node: 'Ask', detail: 'x' },
  { level: 'lost', code: 'FILES' }, { level: 'todo', code: 'CONDITION', node: 'Which' }, { level: 'todo', code: 'TRIGGER', node: 'nobody' },
])
const configOf = (id: string) => marked.nodes.find((one) => one.id === id)!.config

test('what is left to do stands at its node, in the body of a map too, and what belongs to none at the beginning', () => {
  expect(todosIn(marked).map(({ path, nodeId, names, todo }) => [[...path, nodeId].join('/'), names.join(' › '), todo.code, todo.detail])).toEqual([
    ['in', 'Begin', 'FILES', undefined], ['in', 'Begin', 'TRIGGER', undefined], ['send', 'Send', 'CREDENTIAL', 'mailApi'], ['each/ask', 'Each › Ask', 'MEMORY', undefined], ['case', 'Which · 1', 'CONDITION', undefined],
  ])
  expect(withTodos(graph, [{ level: 'changed', code: 'MODEL', node: 'Ask' }])).toBe(graph)
})

test('it is a setting that the server takes, and that no result goes stale by', () => {
  for (const one of marked.nodes) expect(parseConfig(one).issues).toBeUndefined()
  for (const one of marked.nodes) expect(configPrint(one)).toBe(configPrint(graph.nodes.find(({ id }) => id === one.id)!))
})

test('done, it is gone', () => {
  const first = withoutTodo(configOf('in'), 0)
  expect(todosOf(first)).toEqual([{ code: 'TRIGGER' }])
  expect(withoutTodo(first, 0)).toEqual({})
  expect(todosOf({ todos: 'what is this' })).toEqual([])
})
