import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { NODE_TYPES, type Graph, type GraphNode, type NodeType } from './graph'
import { applyDiff, diffOf, reverseDiff } from './graph-diff'
import { applyEdit, type GraphEdit } from './graph-edit'
import { removeHealing } from './heal-removal'
import { addAt, placeOnEdge, refuseAt } from './insert-node'
import { newEdge, newNode } from './new-node'
import { replaceType } from './replace-type'
import { topologicalOrder } from './order'
import { validateGraph } from './validate'

const { graph } = fourAgents
const ends = (given: Graph) => given.edges.map((edge) => `${edge.source}>${edge.target}`).sort()
const make = (type: NodeType, at = { x: 0, y: 0 }) => newNode(graph, type, type, at)

/** A random graph without circles: edges lead from earlier nodes to later ones, by a handle that is there. */
const graphs: fc.Arbitrary<Graph> = fc.array(fc.record({ type: fc.constantFrom(...NODE_TYPES), ends: fc.array(fc.tuple(fc.nat(9), fc.constantFrom('out', 'true', 'error'))), x: fc.nat(900) }), { minLength: 2, maxLength: 8 }).map((items) => ({
  nodes: items.map(({ type, x }, index) => ({ id: `n${index}`, type, name: `N${index}`, position: { x, y: 0 }, config: type === 'map' ? { body: { nodes: [], edges: [] } } : {} })) as unknown as GraphNode[],
  edges: [...new Map(items.flatMap(({ ends: from }, index) => from.filter(([at]) => at < index).map(([at, handle]) => newEdge(`n${at}`, handle, `n${index}`, 'in'))).map((edge) => [edge.id, edge])).values()],
}))

function undone(before: Graph, edit: GraphEdit): void {
  const diff = diffOf(before, edit)
  expect(applyDiff(before, diff)).toEqual(applyEdit(before, edit))
  expect(applyDiff(applyDiff(before, diff), reverseDiff(diff))).toEqual(before)
}

test('undo restores what adding at an anchor, replacing a type or removing with healing did, and none makes a circle or hangs an edge in the air', () => {
  fc.assert(fc.property(graphs, fc.nat(7), fc.nat(30), fc.constantFrom(...NODE_TYPES), (before, at, edgeAt, type) => {
    const node = before.nodes[at % before.nodes.length]!
    const edge = before.edges[edgeAt % Math.max(1, before.edges.length)]
    const fresh = newNode(before, type, 'New', { x: 10, y: 10 })
    const edits = [
      addAt(before, fresh, { kind: 'from', nodeId: node.id, handle: 'out' }), addAt(before, fresh, { kind: 'into', nodeId: node.id, handle: 'in' }),
      ...(edge ? [addAt(before, fresh, { kind: 'edge', edgeId: edge.id })] : []),
      replaceType(before, node.id, type, 'Other'), removeHealing(before, before.nodes.filter((_, index) => index % 2 === at % 2).map((one) => one.id), []),
    ]
    for (const edit of edits) {
      undone(before, edit)
      const after = applyEdit(before, edit)
      const ids = new Set<string>(after.nodes.map((one) => one.id))
      expect(after.edges.every((one) => ids.has(one.source) && ids.has(one.target))).toBe(true)
      expect(new Set(after.edges.map((one) => one.id)).size).toBe(after.edges.length)
      expect(topologicalOrder(after).cycle).toEqual([])
    }
  }))
})

describe('adding at an anchor', () => {
  test('a node on an edge parts it, and what follows moves over where there is no room', () => {
    const edge = graph.edges.find((one) => one.source === 'sena' && one.target === 'lubit')!
    const node = make('transform', placeOnEdge(graph, edge.id))
    const after = applyEdit(graph, addAt(graph, node, { kind: 'edge', edgeId: edge.id }))
    expect(ends(after)).toEqual([...ends(graph).filter((one) => one !== 'sena>lubit'), 'sena>transform', 'transform>lubit'].sort())
    const at = (id: string) => after.nodes.find((one) => one.id === id)!.position.x
    expect(at('transform') - at('sena')).toBeGreaterThanOrEqual(220)
    expect(at('lubit') - at('transform')).toBeGreaterThanOrEqual(220)
  })

  test.each([['from', 'output', 'input'], ['into', 'input', 'output']] as const)('%s a handle, what has no handle there is refused', (kind, type, refused) => {
    const anchor = { kind, nodeId: 'sena', handle: kind === 'from' ? 'out' : 'in' }
    expect(refuseAt(graph, make(type), anchor)).toBeUndefined()
    expect(refuseAt(graph, make(refused), anchor)).toMatchObject({ code: 'UNKNOWN_HANDLE' })
  })

  test('a map takes no text', () => {
    const typed: Graph = { nodes: [{ ...make('condition'), config: { expression: 'true' } }], edges: [] }
    expect(refuseAt(typed, newNode(typed, 'map', 'M', { x: 0, y: 0 }), { kind: 'from', nodeId: 'condition', handle: 'true' })).toMatchObject({ code: 'TYPE_CLASH' })
  })
})

describe('replacing a type', () => {
  test('id, place, edges and shared settings stay', () => {
    const before = applyEdit(graph, { do: 'set-config', nodeId: 'lubit', config: { ...graph.nodes.find((node) => node.id === 'lubit')!.config, timeoutMs: 5_000, model: 'm' } })
    const after = applyEdit(before, replaceType(before, 'lubit', 'approval', 'Ask'))
    const node = after.nodes.find((one) => one.id === 'lubit')!
    expect(node).toMatchObject({ type: 'approval', name: 'Ask', config: { timeoutMs: 5_000, prompt: expect.any(String) as string } })
    expect(node.config).not.toHaveProperty('model')
    expect(ends(after)).toEqual(ends(before))
    expect(validateGraph(after).filter((issue) => issue.edgeId !== undefined)).toEqual([])
  })

  test('edges that the new type has no handle for go', () => {
    expect(ends(applyEdit(graph, replaceType(graph, 'lubit', 'note', 'N'))).filter((one) => one.includes('lubit'))).toEqual([])
  })
})

describe('removing with healing', () => {
  test('a straight line is closed, over several nodes too', () => {
    const line = (ids: string[]): Graph => ({ nodes: ids.map((id) => ({ ...make('transform'), id }) as GraphNode), edges: ids.slice(1).map((id, index) => newEdge(ids[index]!, 'out', id, 'in')) })
    expect(ends(applyEdit(line(['a', 'b', 'c', 'd']), removeHealing(line(['a', 'b', 'c', 'd']), ['b', 'c'], [])))).toEqual(['a>d'])
    expect(ends(applyEdit(line(['a', 'b', 'c']), removeHealing(line(['a', 'b', 'c']), ['c'], [])))).toEqual(['a>b'])
  })

  test('where a node has several edges on a side, nothing is guessed', () => {
    const fork: Graph = { nodes: ['a', 'b', 'c', 'd'].map((id) => ({ ...make('transform'), id }) as GraphNode), edges: [newEdge('a', 'out', 'b', 'in'), newEdge('b', 'out', 'c', 'in'), newEdge('b', 'out', 'd', 'in')] }
    expect(applyEdit(fork, removeHealing(fork, ['b'], [])).edges).toEqual([])
  })
})

test('ends that read alike when joined are different edges', () => {
  expect(newEdge('a-b', 'out', 'c', 'in').id).not.toBe(newEdge('a', 'out', 'b-c', 'in').id)
})
