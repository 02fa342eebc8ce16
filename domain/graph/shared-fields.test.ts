import { expect, test } from 'vitest'
import type { Graph, GraphNode } from './graph'
import { applyEdit } from './graph-edit'
import { editedTogether, setShared, sharedFields } from './shared-fields'

const node = (id: string, type: GraphNode['type'], config: GraphNode['config'] = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config }) as GraphNode
const a = node('a', 'agent', { prompt: 'p', model: 'm', retry: { maxAttempts: 5, factor: 3 } })
const b = node('b', 'agent', { prompt: 'q', model: 'n', timeoutMs: 1_000 })
const http = node('h', 'http', { timeoutMs: 1_000 })
const fields = (...nodes: GraphNode[]) => Object.fromEntries(sharedFields(nodes).map(({ field, now }) => [field, now]))

test('what all of them have, with its value where they agree', () => {
  expect(fields(a, b)).toMatchObject({ model: { same: false }, maxAttempts: { same: false }, timeoutMs: { same: false }, temperature: { same: true, value: undefined } })
  expect(fields(b, http)).toMatchObject({ timeoutMs: { same: true, value: 1_000 }, onError: { same: true } })
  expect(fields(a, http)).not.toHaveProperty('model')
  expect(fields()).toEqual({})
})

test('one edit sets it everywhere and leaves all else; undefined takes it away', () => {
  const graph: Graph = { nodes: [a, b], edges: [] }
  const config = (edit: ReturnType<typeof setShared>, at: number) => applyEdit(graph, edit).nodes[at]?.config
  expect(config(setShared([a, b], 'maxAttempts', 2), 0)).toEqual({ ...a.config, retry: { maxAttempts: 2, factor: 3 } })
  expect(config(setShared([a, b], 'maxAttempts', 2), 1)).toEqual({ ...b.config, retry: { maxAttempts: 2 } })
  expect(config(setShared([a, b], 'maxAttempts', undefined), 0)).toEqual({ ...a.config, retry: { factor: 3 } })
  expect(config(setShared([a, b], 'timeoutMs', undefined), 1)).toEqual({ prompt: 'q', model: 'n' })
})

test('remarks, inputs and what is locked are left out', () => {
  expect(editedTogether([a, node('n', 'note'), node('i', 'input'), node('g', 'group'), node('l', 'agent', { locked: true })])).toEqual([a])
})
