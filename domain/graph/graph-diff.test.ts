import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyGraph, type Graph, NODE_TYPES, type GraphEdge, type GraphNode } from './graph'
import { applyDiff, diffBetween, diffOf, GraphDiff, isEmptyDiff, reverseDiff } from './graph-diff'
import { applyEdit, type GraphEdit } from './graph-edit'
import { editAt } from './nested-graph'
import { firstConfig } from './new-node'

const ids = ['a', 'b', 'c', 'd', 'e', 'toString'] as const
const id = fc.constantFrom(...ids)
const point = fc.record({ x: fc.integer(), y: fc.integer() })
const node = fc.record({ id, type: fc.constantFrom(...NODE_TYPES), name: fc.string({ minLength: 1, maxLength: 5 }), position: point, config: fc.constant({}) }) as unknown as fc.Arbitrary<GraphNode>
const edge = fc.record({ id: fc.constantFrom('1', '2', '3'), source: id, target: id }) as unknown as fc.Arbitrary<GraphEdge>
const unique = <T extends { id: string }>(items: fc.Arbitrary<T>) => fc.uniqueArray(items, { selector: (item) => item.id, maxLength: 5 })
const graph = fc.record({ nodes: unique(node), edges: unique(edge) }) as unknown as fc.Arbitrary<Graph>
const single: fc.Arbitrary<GraphEdit> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), nodes: unique(node), edges: unique(edge) }),
  fc.record({ do: fc.constant('remove' as const), nodeIds: fc.subarray([...ids]), edgeIds: fc.subarray(['1', '2', '3']) }),
  fc.record({ do: fc.constant('move' as const), positions: fc.dictionary(id, point) }),
  fc.record({ do: fc.constant('rename' as const), nodeId: id, name: fc.string({ minLength: 1 }) }),
  fc.record({ do: fc.constant('set-config' as const), nodeId: id, // Without -0, which JSON does not know.
    config: fc.dictionary(fc.string(), fc.jsonValue()).map((config) => JSON.parse(JSON.stringify(config)) as unknown) as unknown as fc.Arbitrary<GraphNode['config']> }),
  fc.record({ do: fc.constant('put' as const), nodes: unique(node) }),
  fc.record({ do: fc.constant('replace' as const), graph }),
)
const edit: fc.Arbitrary<GraphEdit> = fc.oneof(single, fc.record({ do: fc.constant('several' as const), edits: fc.array(single, { maxLength: 4 }) }))

test('D1: a diff does what its edit does', () => {
  fc.assert(fc.property(graph, edit, (before, given) => {
    expect(applyDiff(before, diffOf(before, given))).toEqual(applyEdit(before, given))
  }))
})

test('D2: undo restores the graph exactly, redo repeats it', () => {
  fc.assert(
    fc.property(graph, fc.array(edit, { maxLength: 12 }), (start, edits) => {
      const states = [start]
      const diffs = edits.map((given) => {
        const now = states.at(-1)!
        const diff = diffOf(now, given)
        states.push(applyDiff(now, diff))
        return diff
      })
      let now = states.at(-1)!
      for (let index = diffs.length - 1; index >= 0; index--) {
        now = applyDiff(now, reverseDiff(diffs[index]!))
        expect(now).toEqual(states[index])
      }
      for (let index = 0; index < diffs.length; index++) {
        now = applyDiff(now, diffs[index]!)
        expect(now).toEqual(states[index + 1])
      }
    }),
  )
})

test('it travels as JSON', () => {
  fc.assert(fc.property(graph, graph, (before, after) => {
    const diff = diffBetween(before, after)
    expect(GraphDiff.parse(JSON.parse(JSON.stringify(diff)))).toEqual(diff)
  }))
})

test('D3: a change inside a map is told as that, not as the whole body', () => {
  const map = { id: 'm', type: 'map', name: 'M', position: { x: 0, y: 0 }, config: { items: '[]', ...firstConfig('map') } } as unknown as GraphNode
  const start: Graph = { nodes: [map], edges: [] }
  const diff = diffOf(start, editAt(start, ['m'], { do: 'rename', nodeId: 'item', name: 'Each' }))
  expect(diff.nodes).toEqual([{ id: 'm', do: 'change', fields: [], body: { nodes: [{ id: 'item', do: 'change', fields: [{ field: 'name', from: 'Item', to: 'Each' }] }], edges: [] } }])
  expect(applyDiff(applyDiff(start, diff), reverseDiff(diff))).toEqual(start)
})

test('what names nothing changes nothing', () => {
  expect(isEmptyDiff(diffOf(emptyGraph, { do: 'remove', nodeIds: ['x'], edgeIds: ['y'] }))).toBe(true)
})
