import { expect, test } from 'vitest'
import { alignNodes, distributeNodes, type Alignment } from './align-nodes'
import type { Graph, GraphNode } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'

const graph = { nodes: [['a', 0, 0], ['b', 130, 75], ['c', 400, 310], ['far', 9_000, 9_000]].map(([id, x, y]) => ({ id, type: 'transform', name: id, position: { x, y }, config: {} })), edges: [] } as unknown as Graph
// `b` is a larger one.
const sizeOf = (node: GraphNode) => (node.id === 'b' ? { width: 200, height: 60 } : { width: 100, height: 40 })
const places = (edit: GraphEdit) => applyEdit(graph, edit).nodes.map(({ position }) => [position.x, position.y])

test.each<[Alignment, number[][]]>([
  ['left', [[0, 0], [0, 75], [0, 310]]],
  ['right', [[400, 0], [300, 75], [400, 310]]],
  ['centre', [[200, 0], [150, 75], [200, 310]]],
  ['top', [[0, 0], [130, 0], [400, 0]]],
  ['bottom', [[0, 310], [130, 290], [400, 310]]],
  ['middle', [[0, 155], [130, 145], [400, 155]]],
])('aligned %s, and what is not named stays', (how, expected) => expect(places(alignNodes(graph, ['a', 'b', 'c'], how, sizeOf))).toEqual([...expected, [9_000, 9_000]]))

test('distributed, the gaps are equal and the outer ones stay', () => {
  expect(places(distributeNodes(graph, ['c', 'a', 'b'], 'x', sizeOf)).slice(0, 3)).toEqual([[0, 0], [150, 75], [400, 310]])
  expect(places(distributeNodes(graph, ['a', 'b', 'c'], 'y', sizeOf)).slice(0, 3)).toEqual([[0, 0], [130, 145], [400, 310]])
  expect(applyEdit(graph, distributeNodes(graph, ['a', 'b'], 'x', sizeOf))).toBe(graph)
})
