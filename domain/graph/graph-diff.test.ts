import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyGraph, type Graph, NODE_TYPES, type GraphEdge, type GraphNode } from './graph'
import { applyDiff, diffOf, isEmptyDiff, joinDiffs, reverseDiff } from './graph-diff'
import { applyEdit, type GraphEdit } from './graph-edit'

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
  fc.record({ do: fc.constant('set-config' as const), nodeId: id, config: fc.dictionary(fc.string(), fc.jsonValue()) as unknown as fc.Arbitrary<GraphNode['config']> }),
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

test('joined diffs undo both', () => {
  fc.assert(
    fc.property(graph, fc.string(), fc.string(), (start, one, two) => {
      const first = diffOf(start, { do: 'rename', nodeId: 'a', name: one })
      const middle = applyDiff(start, first)
      const second = diffOf(middle, { do: 'rename', nodeId: 'a', name: two })
      const joined = joinDiffs(first, second)
      const after = applyDiff(middle, second)
      expect(applyDiff(start, joined)).toEqual(after)
      expect(applyDiff(after, reverseDiff(joined))).toEqual(start)
    }),
  )
})

test('what names nothing changes nothing', () => {
  expect(isEmptyDiff(diffOf(emptyGraph, { do: 'remove', nodeIds: ['x'], edgeIds: ['y'] }))).toBe(true)
})
