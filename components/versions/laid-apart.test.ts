import { expect, test } from 'vitest'
import { compareGraphs } from '@/domain/graph/compare-graphs'
import { Graph } from '@/domain/graph/graph'
import { laidApart } from './laid-apart'

const graph = (places: Record<string, [number, number]>) => Graph.parse({ nodes: Object.entries(places).map(([id, [x, y]]) => ({ id, type: 'note', name: id, position: { x, y } })), edges: [] })

test('what is gone goes below what stands in its place, and below what is gone too', () => {
  const { nodes } = compareGraphs(graph({ a: [0, 0], b: [10, 10], c: [500, 0] }), graph({ n: [5, 0], m: [5, 20] }))
  const boxes = laidApart(nodes, () => ({ width: 100, height: 50 }))
  expect(Object.fromEntries(Object.entries(boxes).map(([id, { x, y }]) => [id, { x, y }]))).toEqual({ n: { x: 5, y: 0 }, m: { x: 5, y: 20 }, a: { x: 0, y: 86 }, b: { x: 10, y: 152 }, c: { x: 500, y: 0 } })
})

test('a group is a frame around its members, also around those that are gone', () => {
  const group = (members: string[]) => ({ id: 'g', type: 'group', name: 'G', position: { x: 0, y: 0 }, config: { members } })
  const agent = (id: string, x: number) => ({ id, type: 'agent', name: id, position: { x, y: 100 } })
  const { nodes } = compareGraphs(Graph.parse({ nodes: [agent('a', 0), agent('b', 300), group(['a', 'b'])], edges: [] }), Graph.parse({ nodes: [agent('a', 0), group(['a'])], edges: [] }))
  const sizeOf = () => ({ width: 100, height: 50 })
  expect(laidApart(nodes, sizeOf).g).toEqual({ x: -24, y: 44, width: 148, height: 130 })
  const { nodes: gone } = compareGraphs(Graph.parse({ nodes: [agent('a', 0), agent('b', 300), group(['a', 'b'])], edges: [] }), Graph.parse({ nodes: [agent('a', 0)], edges: [] }))
  expect(laidApart(gone, sizeOf).g).toEqual({ x: -24, y: 44, width: 448, height: 130 })
})
