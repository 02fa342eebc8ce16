import { expect, test } from 'vitest'
import type { Graph, GraphNode } from './graph'
import { applyEdit } from './graph-edit'
import { connectionsOf } from './connections'
import { newEdge } from './new-node'
import { refuseEdge } from './validate'

const node = (id: string, type: GraphNode['type'], x: number, config: GraphNode['config'] = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y: 0 }, config }) as GraphNode
const graph: Graph = {
  nodes: [node('far', 'transform', 900), node('a', 'input', 0), node('b', 'condition', 300, { expression: 'true', onError: 'branch' }), node('c', 'merge', 600), node('m', 'map', 1_200), node('n', 'note', 10)],
  edges: [newEdge('a', 'out', 'b', 'in'), newEdge('b', 'true', 'c', 'in')],
}
const said = (id: string, way: 'out' | 'into') => connectionsOf(graph, id, way).map(({ edge, refused }) => `${edge.id}${refused ? ` ${refused.code}` : ''}`)

test('each handle to each other node, the nearest first, what is drawn left out, what may not be drawn last with its reason', () => {
  expect(said('b', 'out')).toEqual(['b.false>c', 'b.error>c', 'b.true>far', 'b.false>far', 'b.error>far', 'b.true>m TYPE_CLASH', 'b.false>m TYPE_CLASH', 'b.error>m TYPE_CLASH'])
  expect(said('a', 'into')).toEqual([])
  expect(said('b', 'into')).toEqual(['far>b', 'm>b', 'c>b CYCLE'])
})

test('what is offered may be drawn, what is refused may not', () => {
  for (const { id } of graph.nodes) {
    for (const way of ['out', 'into'] as const) {
      for (const { edge, refused } of connectionsOf(graph, id, way)) {
        expect(refuseEdge(graph, edge)?.code).toBe(refused?.code)
        if (!refused) expect(applyEdit(graph, { do: 'add', nodes: [], edges: [edge] }).edges).toHaveLength(3)
      }
    }
  }
})
