import { expect, test } from 'vitest'
import { compareGraphs } from '@/domain/graph/compare-graphs'
import { Graph } from '@/domain/graph/graph'
import { laidApart } from './laid-apart'

const graph = (places: Record<string, [number, number]>) => Graph.parse({ nodes: Object.entries(places).map(([id, [x, y]]) => ({ id, type: 'note', name: id, position: { x, y } })), edges: [] })

test('what is gone goes below what stands in its place, and below what is gone too', () => {
  const { nodes } = compareGraphs(graph({ a: [0, 0], b: [10, 10], c: [500, 0] }), graph({ n: [5, 0], m: [5, 20] }))
  const places = laidApart(nodes, { width: 100, height: 50 })
  expect(places).toEqual({ n: { x: 5, y: 0 }, m: { x: 5, y: 20 }, a: { x: 0, y: 86 }, b: { x: 10, y: 152 }, c: { x: 500, y: 0 } })
})
