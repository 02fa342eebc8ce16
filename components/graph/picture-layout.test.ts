import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { allTemplates } from '@/domain/template/all-templates'
import { BOX, pictureOf, type Picture } from './picture-layout'

function sound({ nodes, edges, width, height }: Picture): void {
  for (const { at } of nodes) expect(at.x >= 0 && at.y >= 0 && at.x + BOX.width <= width && at.y + BOX.height <= height).toBe(true)
  expect(new Set(nodes.map(({ at }) => `${at.x} ${at.y}`)).size).toBe(nodes.length)
  for (const { from, to } of edges) expect([from.x, from.y, to.x, to.y].every(Number.isFinite)).toBe(true)
}

test.each(allTemplates.map(({ id, graph }) => [id, graph] as const))('the picture of %s shows every node and edge, and goes from left to right', (_id, graph) => {
  const picture = pictureOf(graph)
  sound(picture)
  expect([picture.nodes.length, picture.edges.length]).toEqual([graph.nodes.length, graph.edges.length])
  for (const { from, to } of picture.edges) expect(from.x).toBeLessThan(to.x)
})

test('wherever nodes lie, none hides another or lies outside', () => {
  const places = fc.array(fc.tuple(fc.integer({ min: -2_000, max: 2_000 }), fc.integer({ min: -2_000, max: 2_000 })), { maxLength: 40 })
  fc.assert(fc.property(places, (all) => {
    const graph = Graph.parse({ nodes: all.map(([x, y], index) => ({ id: `n${index}`, type: index % 5 === 4 ? 'note' : 'agent', name: 'N', position: { x, y }, config: {} })), edges: all.slice(1).map((_, index) => ({ id: `e${index}`, source: `n${index}`, target: `n${index + 1}` })) })
    sound(pictureOf(graph))
  }), { numRuns: 100 })
})
