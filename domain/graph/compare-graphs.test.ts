import { expect, test } from 'vitest'
import { compareGraphs, comparisonAt, countChanges } from './compare-graphs'
import { Graph } from './graph'

const node = (id: string, config: object = {}, more: object = {}) => ({ id, type: 'transform', name: id, position: { x: 0, y: 0 }, config, ...more })
const graph = (nodes: object[], edges: object[] = []) => Graph.parse({ nodes, edges })
const map = (id: string, body: unknown, more: object = {}) => node(id, { concurrency: 2, ...(body !== undefined && { body }) }, { type: 'map', ...more })
const changesOf = ({ nodes }: ReturnType<typeof compareGraphs>) => Object.fromEntries(nodes.map((one) => [one.node.id, one.change]))

test('names what was added, removed, changed and moved, and which fields', () => {
  const before = graph([node('a', { expression: '1', deep: { x: 1, y: [2] } }), node('b'), node('c'), node('gone')], [{ id: '1', source: 'a', target: 'b' }, { id: '2', source: 'b', target: 'gone' }, { id: '3', source: 'a', target: 'c' }])
  const after = graph([node('new'), node('a', { deep: { y: [2], x: 1 }, expression: '2', pinnedOutput: null }), node('b', {}, { position: { x: 5, y: 0 } }), node('c')], [{ id: '1', source: 'a', target: 'b' }, { id: '3', source: 'a', target: 'new' }, { id: '4', source: 'new', target: 'c' }])
  const comparison = compareGraphs(before, after)
  expect(changesOf(comparison)).toEqual({ new: 'added', a: 'changed', b: 'moved', c: 'same', gone: 'removed' })
  expect(comparison.nodes.find((one) => one.node.id === 'a')?.fields).toEqual([{ field: 'expression', from: '1', to: '2' }, { field: 'pinnedOutput', to: null }])
  expect(Object.fromEntries(comparison.edges.map((one) => [one.edge.id, one.change]))).toEqual({ 1: 'same', 3: 'changed', 4: 'added', 2: 'removed' })
  expect(countChanges(comparison)).toEqual({ added: 1, removed: 1, changed: 1, moved: 1, edges: 3 })
})

test('what was parsed apart, or only reordered, is the same', () => {
  const one = [node('a', { x: [1, { y: null }] }), node('toString'), node('b'), map('m', { edges: [], nodes: [node('x')] })]
  const { nodes, edges } = compareGraphs(graph(one), graph([...one].reverse()))
  expect([...new Set([...nodes, ...edges].map((found) => found.change))]).toEqual(['same'])
})

test('a changed name and type are fields like any other', () => {
  const { nodes } = compareGraphs(graph([node('a')]), graph([node('a', {}, { name: 'B', type: 'note' })]))
  expect(nodes[0]?.fields).toEqual([{ field: 'type', from: 'transform', to: 'note' }, { field: 'name', from: 'a', to: 'B' }])
})

test('the body of a map is compared node by node, at any depth', () => {
  const bodied = (expression: string) => graph([map('outer', { nodes: [map('inner', { nodes: [node('deep', { expression })], edges: [] })], edges: [] })])
  const comparison = compareGraphs(bodied('1'), bodied('2'))
  expect(changesOf(comparison)).toEqual({ outer: 'changed' })
  expect(comparison.nodes[0]?.fields).toEqual([])
  expect(comparisonAt(comparison, ['outer', 'inner'])?.nodes).toMatchObject([{ change: 'changed', fields: [{ field: 'expression', from: '1', to: '2' }] }])
  expect(comparisonAt(comparison, ['outer', 'none', 'deep'])).toBeUndefined()
  // Only `deep` is a change; the maps around it merely hold it.
  expect(countChanges(comparison)).toEqual({ added: 0, removed: 0, changed: 1, moved: 0, edges: 0 })
})

test('a map that came or went brings its body along', () => {
  const full = graph([map('m', { nodes: [node('x'), node('y')], edges: [{ id: 'e', source: 'x', target: 'y' }] })])
  expect(countChanges(compareGraphs(graph([]), full))).toMatchObject({ added: 3, edges: 1 })
  expect(countChanges(compareGraphs(full, graph([])))).toMatchObject({ removed: 3, edges: 1 })
  expect(countChanges(compareGraphs(graph([node('m', { concurrency: 2 })]), full))).toMatchObject({ changed: 1, added: 2, edges: 1 })
})

test('a map whose body only moved has moved; one whose body is no graph shows it as a field', () => {
  const at = (x: number) => graph([map('m', { nodes: [node('x', {}, { position: { x, y: 0 } })], edges: [] })])
  expect(changesOf(compareGraphs(at(0), at(9)))).toEqual({ m: 'moved' })
  expect(compareGraphs(at(0), graph([map('m', 'broken')])).nodes[0]).toMatchObject({ change: 'changed', fields: [{ field: 'body', to: 'broken' }] })
})
