import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { planFanOut } from '@/domain/template/plan-fan-out'
import type { Graph, GraphNode } from './graph'
import { applyDiff, diffOf, reverseDiff } from './graph-diff'
import { applyEdit } from './graph-edit'
import { sparingLocked } from './locks'
import { findTexts, replaceTexts } from './search-texts'

const node = (id: string, config: GraphNode['config'] = {}, type: GraphNode['type'] = 'agent') => ({ id, type, name: id, position: { x: 0, y: 0 }, config }) as GraphNode
const inner: Graph = { nodes: [node('deep', { prompt: 'Foo in a map' })], edges: [] }
const graph: Graph = {
  nodes: [node('a', { prompt: 'foo Foo', tools: [{ name: 't', description: 'a foo' }] }), node('foo', { to: 'foo', method: 'foo' }), node('m', { items: 'input.foo', body: inner }, 'map'), node('l', { prompt: 'foo', locked: true })],
  edges: [],
}
const said = (matchCase: boolean) => findTexts(graph, { text: 'foo', matchCase }).map(({ path, nodeId, field, at }) => `${[...path, nodeId].join('/')} ${field} ${at.join()}`)

describe('search', () => {
  test('finds names and texts in all depths, not what names nodes or choices', () => {
    expect(said(false)).toEqual(['a prompt 0,4', 'a tools.0.description 2', 'foo name 0', 'm items 6', 'm/deep prompt 0', 'l prompt 0'])
    expect(said(true)).toEqual(['a prompt 0', 'a tools.0.description 2', 'foo name 0', 'm items 6', 'l prompt 0'])
    expect(findTexts(graph, { text: '', matchCase: false })).toEqual([])
    expect(findTexts({ nodes: [node('x', { prompt: 'İİ 글 foo' })], edges: [] }, { text: '글', matchCase: false })[0]?.at).toEqual([3])
  })
})

describe('replace', () => {
  const after = (edit: ReturnType<typeof replaceTexts>) => applyEdit(graph, sparingLocked(graph, edit))

  test('all, in maps too; what is locked stays', () => {
    const next = after(replaceTexts(graph, { text: 'foo', matchCase: false }, 'bar'))
    expect(findTexts(next, { text: 'foo', matchCase: false }).map(({ nodeId }) => nodeId)).toEqual(['l'])
    expect(next.nodes[0]?.config.prompt).toBe('bar bar')
    expect(findTexts(next, { text: 'bar', matchCase: true }).map(({ path, nodeId }) => [...path, nodeId].join('/'))).toEqual(['a', 'a', 'foo', 'm', 'm/deep'])
  })

  test('one of them', () => {
    const [, , , , deep] = findTexts(graph, { text: 'foo', matchCase: false })
    const next = after(replaceTexts(graph, { text: 'foo', matchCase: false }, 'bar', deep))
    expect(findTexts(next, { text: 'bar', matchCase: false }).map(({ nodeId }) => nodeId)).toEqual(['deep'])
  })

  test('what is put in is put in as it is, and no node loses its name', () => {
    const next = after(replaceTexts(graph, { text: 'foo', matchCase: true }, '$& foo'))
    expect(next.nodes[0]?.config.prompt).toBe('$& foo Foo')
    expect(after(replaceTexts(graph, { text: 'foo', matchCase: true }, '')).nodes[1]?.name).toBe('foo')
  })

  test('undo restores it, and nothing but texts changes', () => {
    fc.assert(fc.property(fc.constantFrom(fourAgents.graph, planFanOut.graph, graph), fc.constantFrom('e', 'steps', '{{', 'The', 'an'), fc.string({ maxLength: 4 }), fc.boolean(), (before, text, by, matchCase) => {
      const diff = diffOf(before, replaceTexts(before, { text, matchCase }, by))
      const next = applyDiff(before, diff)
      expect(applyDiff(next, reverseDiff(diff))).toEqual(before)
      expect(next.edges).toEqual(before.edges)
      expect(next.nodes.map(({ id, type, position }) => [id, type, position])).toEqual(before.nodes.map(({ id, type, position }) => [id, type, position]))
    }))
  })
})
