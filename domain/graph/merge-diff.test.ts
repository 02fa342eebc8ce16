import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Graph, GraphEdge, GraphNode } from './graph'
import { applyDiff, diffBetween, diffOf, isEmptyDiff } from './graph-diff'
import { applyEdit } from './graph-edit'
import { fitsGraph, mergeDiff, takeMine, type MergeOptions } from './merge-diff'
import { editAt, graphAt } from './nested-graph'
import { firstConfig } from './new-node'
import { editOf, wish, type Wish } from './random-edits.suite'

const made = (start: Graph, wishes: readonly Wish[]) => wishes.reduce((graph, one) => applyEdit(graph, editOf(graph, one)), start)
const nothing: Graph = { nodes: [], edges: [] }
const three = fc.tuple(fc.array(wish, { maxLength: 8 }), fc.array(wish, { maxLength: 5 }), fc.array(wish, { maxLength: 5 })).map(([base, mine, theirs]) => {
  const start = made(nothing, base)
  return { base: start, mine: made(start, mine), theirs: made(start, theirs) }
})
const rebase: MergeOptions = { place: 'mine', taken: 'rename' }

const agent = (id: string, config: object = {}, more: object = {}) => ({ id, type: 'agent', name: id.toUpperCase(), position: { x: 0, y: 0 }, config, ...more }) as unknown as GraphNode
const edge = (source: string, target: string) => ({ id: `${source}>${target}`, source, target }) as unknown as GraphEdge
const fields = (node: GraphNode) => Object.entries({ name: node.name, type: node.type, ...Object.fromEntries(Object.entries(node.config).map(([key, value]) => [`config.${key}`, value])) })

describe('merging', () => {
  test('M1: on the graph it was made on, it is applying', () => {
    fc.assert(fc.property(three, ({ base, mine }) => {
      const diff = diffBetween(base, mine)
      expect(mergeDiff(base, diff, { ...rebase, mine })).toEqual({ graph: mine, clashes: [], newIds: [] })
      expect(fitsGraph(base, diff)).toBe(true)
    }))
  })

  test('M1, M2: each field of a node that both kept is as whoever changed it has it; theirs where both did, and then it is told', () => {
    fc.assert(fc.property(three, ({ base, mine, theirs }) => {
      const { graph, clashes, newIds } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
      for (const before of base.nodes) {
        const [ours, others, merged] = [mine, theirs, graph].map(({ nodes }) => nodes.find(({ id }) => id === before.id))
        if (!ours || !others || newIds.length > 0) continue
        const [was, here, there, now] = [before, ours, others, merged!].map((node) => new Map(fields(node)))
        for (const field of new Set([...here!.keys(), ...there!.keys(), ...was!.keys()])) {
          const both = here!.get(field) !== was!.get(field) && there!.get(field) !== was!.get(field) && here!.get(field) !== there!.get(field)
          const expected = there!.get(field) === was!.get(field) ? here!.get(field) : there!.get(field)
          expect([field, now!.get(field)]).toEqual([field, expected])
          expect(clashes.some((clash) => clash.kind === 'field' && clash.id === before.id && clash.field === field)).toBe(both)
        }
      }
    }), { numRuns: 400 })
  })

  test('M3: no edge is left without an end', () => {
    fc.assert(fc.property(three, ({ base, mine, theirs }) => {
      const { graph } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
      const ids = new Set(graph.nodes.map(({ id }) => id))
      expect(graph.edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([])
      expect(ids.size).toBe(graph.nodes.length)
      expect(new Set(graph.edges.map(({ id }) => id)).size).toBe(graph.edges.length)
    }))
  })

  test('every node that only one side added is there, whatever the other did', () => {
    fc.assert(fc.property(three, ({ base, mine, theirs }) => {
      const { graph, newIds } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
      const ids = new Map(newIds.flatMap((one) => [...one.ids]))
      for (const node of mine.nodes) {
        if (base.nodes.some(({ id }) => id === node.id)) continue
        const found = graph.nodes.find(({ id }) => id === (ids.get(node.id) ?? node.id))
        expect(found && { ...found, id: node.id }).toEqual(node)
      }
    }))
  })

  test('taking mine decides a clash for the side of the change', () => {
    fc.assert(fc.property(three, ({ base, mine, theirs }) => {
      const { graph, clashes } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
      for (const clash of clashes) {
        const taken = applyEdit(graph, takeMine(graph, clash))
        if (clash.item !== 'node') continue
        const node = taken.nodes.find(({ id }) => id === clash.id)
        if (clash.kind === 'removed-here') expect(node).toBeUndefined()
        if (clash.kind === 'removed-there') expect(node).toEqual(mine.nodes.find(({ id }) => id === clash.id))
        if (clash.kind === 'field') expect(new Map(fields(node!)).get(clash.field)).toEqual(clash.mine)
      }
    }))
  })
})

describe('by example', () => {
  test('two add a node of the same id: both stay, and edges and templates follow mine', () => {
    const base: Graph = { nodes: [agent('in')], edges: [] }
    const mine: Graph = { nodes: [...base.nodes, agent('agent', { prompt: 'mine' }), agent('out', { value: '{{ steps.agent.output }}' })], edges: [edge('in', 'agent'), edge('agent', 'out')] }
    const theirs: Graph = { nodes: [...base.nodes, agent('agent', { prompt: 'theirs' })], edges: [edge('in', 'agent')] }
    const { graph, clashes, newIds } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
    expect(clashes).toEqual([])
    expect(newIds).toEqual([{ path: [], ids: new Map([['agent', 'agent2']]) }])
    expect(graph.nodes.map(({ id, config }) => [id, config.prompt ?? config.value])).toEqual([['in', undefined], ['agent2', 'mine'], ['out', '{{ steps.agent2.output }}'], ['agent', 'theirs']])
    expect(graph.edges.map(({ id }) => id).sort()).toEqual(['agent2>out', 'in>agent', 'in>agent2'])
  })

  test('a new node of a taken id brings no edge to a node that others removed', () => {
    const base: Graph = { nodes: [agent('out')], edges: [] }
    const mine: Graph = { nodes: [agent('out'), agent('agent', { prompt: 'mine' })], edges: [edge('agent', 'out')] }
    const theirs: Graph = { nodes: [agent('agent', { prompt: 'theirs' })], edges: [] }
    const { graph, clashes } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
    expect([graph.nodes.map(({ id }) => id), graph.edges]).toEqual([['agent', 'agent2'], []])
    expect(clashes).toMatchObject([{ kind: 'removed-there', item: 'edge', nodes: [{ id: 'out' }] }])
  })

  test('a new node does not get an id that means another to its side', () => {
    const base: Graph = { nodes: [], edges: [] }
    const mine: Graph = { nodes: [agent('agent', { prompt: 'mine' })], edges: [] }
    const theirs: Graph = { nodes: [agent('agent', { prompt: 'theirs' })], edges: [] }
    expect(mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine, known: () => new Set(['agent2']) }).newIds).toEqual([{ path: [], ids: new Map([['agent', 'agent3']]) }])
  })

  test('removed here, changed there: the node stays with its edges, and it is told', () => {
    const base: Graph = { nodes: [agent('a'), agent('b')], edges: [edge('a', 'b')] }
    const mine = applyEdit(base, { do: 'remove', nodeIds: ['b'], edgeIds: [] })
    const theirs = applyEdit(base, { do: 'rename', nodeId: 'b', name: 'Better' })
    const { graph, clashes } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
    expect(graph).toEqual(theirs)
    expect(clashes).toEqual([{ path: [], item: 'node', id: 'b', name: 'Better', kind: 'removed-here' }])
    expect(applyEdit(graph, takeMine(graph, clashes[0]!))).toEqual(mine)
  })

  test('a place is asked nobody', () => {
    const base: Graph = { nodes: [agent('a')], edges: [] }
    const moved = (x: number) => applyEdit(base, { do: 'move', positions: { a: { x, y: 0 } } })
    const diff = diffBetween(base, moved(10))
    expect(mergeDiff(moved(20), diff, { ...rebase, mine: moved(10) })).toMatchObject({ graph: moved(10), clashes: [] })
    expect(mergeDiff(moved(20), diff, { ...rebase, place: 'theirs', mine: moved(10) })).toMatchObject({ graph: moved(20), clashes: [] })
  })

  test('inside a map, two change two nodes', () => {
    const base: Graph = { nodes: [agent('m', firstConfig('map'), { type: 'map' })], edges: [] }
    const mine = applyEdit(base, editAt(base, ['m'], { do: 'rename', nodeId: 'item', name: 'Mine' }))
    const theirs = applyEdit(base, editAt(base, ['m'], { do: 'rename', nodeId: 'result', name: 'Theirs' }))
    const { graph, clashes } = mergeDiff(theirs, diffBetween(base, mine), { ...rebase, mine })
    expect(clashes).toEqual([])
    expect(graphAt(graph, ['m']).nodes.map(({ name }) => name)).toEqual(['Mine', 'Theirs'])
    const both = mergeDiff(applyEdit(base, editAt(base, ['m'], { do: 'rename', nodeId: 'item', name: 'Theirs' })), diffBetween(base, mine), { ...rebase, mine })
    expect(both.clashes).toMatchObject([{ path: ['m'], id: 'item', field: 'name', mine: 'Mine', theirs: 'Theirs' }])
  })

  test('a change made on another graph does not fit', () => {
    const base: Graph = { nodes: [agent('a', { prompt: 'x' })], edges: [] }
    const diff = diffOf(base, { do: 'set-config', nodeId: 'a', config: { prompt: 'y' } })
    const other = applyEdit(base, { do: 'set-config', nodeId: 'a', config: { prompt: 'z' } })
    expect([fitsGraph(base, diff), fitsGraph(other, diff), fitsGraph(nothing, diff)]).toEqual([true, false, false])
    expect(isEmptyDiff(diffBetween(applyDiff(base, diff), applyEdit(base, { do: 'set-config', nodeId: 'a', config: { prompt: 'y' } })))).toBe(true)
  })
})
