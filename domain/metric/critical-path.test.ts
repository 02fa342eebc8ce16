import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { criticalPath } from './critical-path'

const graphOf = (ids: readonly string[], edges: readonly (readonly [string, string])[], configs: Record<string, object> = {}) =>
  Graph.parse({
    nodes: ids.map((id, index) => ({ id, type: 'transform', name: id, position: { x: index, y: 0 }, config: { expression: '1', ...configs[id] } })),
    edges: edges.map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
  })
const diamond = (configs = {}) => graphOf(['a', 'b', 'c', 'd'], [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']], configs)
const taking = (times: Record<string, number>) => (id: string) => times[id]

test('of two branches the longer is on the path, with its edges', () => {
  expect(criticalPath(diamond(), taking({ a: 1, b: 2, c: 5, d: 1 }))).toEqual({ nodes: ['a', 'c', 'd'], edges: ['a-c', 'c-d'], durationMs: 7 })
})

test('it goes on to its end through what takes no time', () => {
  expect(criticalPath(diamond(), taking({ a: 1, b: 2 }))?.nodes).toEqual(['a', 'b', 'd'])
})

test.each([[['b', 'c']], [['c', 'b']]])('of branches that take no time the one that ran is on it: %s', (branches) => {
  const edges = [...branches.map((one) => ['a', one] as const), ...branches.map((one) => [one, 'd'] as const)]
  const times = taking({ a: 5, c: 0, d: 0 })
  expect(criticalPath(graphOf(['a', ...branches, 'd'], edges), times)?.nodes).toEqual(['a', 'c', 'd'])
  // Where they do not come together again, too.
  expect(criticalPath(graphOf(['a', ...branches], edges.slice(0, 2)), times)?.nodes).toEqual(['a', 'c'])
})

test('a node that is set aside takes no time, whatever it once took', () => {
  expect(criticalPath(diamond({ c: { disabled: true } }), taking({ a: 1, b: 2, c: 5, d: 1 }))?.nodes).toEqual(['a', 'b', 'd'])
})

test('where nothing has run there is no path', () => {
  expect(criticalPath(diamond(), () => undefined)).toBeUndefined()
  expect(criticalPath({ nodes: [], edges: [] }, () => 1)).toBeUndefined()
})

test('a circle, drawn by import, does not hang it', () => {
  expect(criticalPath(graphOf(['a', 'b', 'c'], [['a', 'b'], ['b', 'c'], ['c', 'b']]), () => 1)?.nodes).toEqual(['a'])
})

test('no other way through takes longer', () => {
  const dag = fc.integer({ min: 2, max: 8 }).chain((size) => fc.record({
    times: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: size, maxLength: size }),
    pairs: fc.uniqueArray(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([a, b]) => a < b), { selector: ([a, b]) => `${a}-${b}` }),
  }))
  fc.assert(fc.property(dag, ({ times, pairs }) => {
    const ids = times.map((_, index) => `n${index}`)
    const found = criticalPath(graphOf(ids, pairs.map(([a, b]) => [`n${a}`, `n${b}`])), (id) => times[Number(id.slice(1))])
    const longest = (at: number): number => times[at]! + Math.max(0, ...pairs.filter(([a]) => a === at).map(([, b]) => longest(b)))
    const most = Math.max(...times.map((_, index) => longest(index)))
    if (most === 0) {
      // Without `return expect(…)`: fast-check takes what is returned for the answer.
      expect(found).toBeUndefined()
      return
    }
    expect(found!.durationMs).toBe(most)
    expect(found!.nodes.reduce((sum, id) => sum + times[Number(id.slice(1))]!, 0)).toBe(most)
    expect(found!.edges).toEqual(found!.nodes.slice(1).map((id, index) => `${found!.nodes[index]}-${id}`))
  }))
})
