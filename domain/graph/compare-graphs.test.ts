import { expect, test } from 'vitest'
import { compareGraphs } from './compare-graphs'
import { Graph } from './graph'

const node = (id: string, config: object = {}, more: object = {}) => ({ id, type: 'transform', name: id, position: { x: 0, y: 0 }, config, ...more })
const graph = (nodes: object[], edges: object[] = []) => Graph.parse({ nodes, edges })

test('names what was added, removed, changed and moved, and which fields', () => {
  const before = graph([node('a', { expression: '1', deep: { x: 1, y: [2] } }), node('b'), node('c'), node('gone')], [{ id: '1', source: 'a', target: 'b' }, { id: '2', source: 'b', target: 'gone' }, { id: '3', source: 'a', target: 'c' }])
  const after = graph([node('new'), node('a', { deep: { y: [2], x: 1 }, expression: '2', pinnedOutput: null }), node('b', {}, { position: { x: 5, y: 0 } }), node('c')], [{ id: '1', source: 'a', target: 'b' }, { id: '3', source: 'a', target: 'new' }, { id: '4', source: 'new', target: 'c' }])
  const { nodes, edges, counts } = compareGraphs(before, after)
  expect(Object.fromEntries(nodes.map((one) => [one.node.id, one.change]))).toEqual({ new: 'added', a: 'changed', b: 'moved', c: 'same', gone: 'removed' })
  expect(nodes.find((one) => one.node.id === 'a')?.fields).toEqual([{ field: 'expression', from: '1', to: '2' }, { field: 'pinnedOutput', to: null }])
  expect(Object.fromEntries(edges.map((one) => [one.edge.id, one.change]))).toEqual({ 1: 'same', 3: 'changed', 4: 'added', 2: 'removed' })
  expect(counts).toEqual({ added: 1, removed: 1, changed: 1, moved: 1, edges: 3 })
})

test('what was parsed apart, or only reordered, is the same', () => {
  const one = [node('a', { x: [1, { y: null }] }), node('toString'), node('b')]
  const { counts } = compareGraphs(graph(one), graph([...one].reverse()))
  expect(counts).toEqual({ added: 0, removed: 0, changed: 0, moved: 0, edges: 0 })
})

test('a changed name and type are fields like any other', () => {
  const { nodes } = compareGraphs(graph([node('a')]), graph([node('a', {}, { name: 'B', type: 'note' })]))
  expect(nodes[0]?.fields).toEqual([{ field: 'type', from: 'transform', to: 'note' }, { field: 'name', from: 'a', to: 'B' }])
})
