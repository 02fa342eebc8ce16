import { describe, expect, test } from 'vitest'
import { allTemplates } from '@/domain/template/all-templates'
import { DOCUMENT_VERSION, documentOf, readDocument, UPGRADES } from './workflow-document'

/** As it was exported before the format had a version. */
const VERSION_0 = {
  name: 'Greeting',
  description: 'Says hello',
  graph: {
    nodes: [
      { id: 'input', type: 'input', name: 'Input', position: { x: 0, y: 0 }, config: {} },
      { id: 'agent', type: 'agent', name: 'Agent', position: { x: 300, y: 0 }, config: { prompt: 'Greet {{ input.name }}' } },
    ],
    edges: [{ id: 'input>agent', source: 'input', target: 'agent' }],
  },
}

test('every version that ever was has a way to the next', () => expect(UPGRADES).toHaveLength(DOCUMENT_VERSION))

describe('a file of version 0', () => {
  test('becomes one of today', () => expect(readDocument(VERSION_0, 'file')).toEqual({ ok: true, document: { heddle: DOCUMENT_VERSION, ...VERSION_0 } }))
  test('may have no description, as the API takes it', () => {
    const { description: _, ...bare } = VERSION_0
    expect(readDocument(bare, 'file')).toMatchObject({ ok: true, document: { name: 'Greeting', description: '' } })
  })
  test('may be a graph alone, which is named for its file', () => expect(readDocument(VERSION_0.graph, 'greeting')).toMatchObject({ ok: true, document: { name: 'greeting', graph: VERSION_0.graph } }))
})

test.each(allTemplates.map((template) => [template.id, template] as const))('%s comes back as it was', (_id, { name, description, graph }) => {
  expect(readDocument(structuredClone(documentOf({ name, description, graph })), 'file')).toEqual({ ok: true, document: documentOf({ name, description, graph }) })
})

test.each([
  ['a newer version', { ...VERSION_0, heddle: DOCUMENT_VERSION + 1 }, { kind: 'newer', version: DOCUMENT_VERSION + 1 }],
  ['a newer version of a shape that nobody knows yet', { heddle: 99, weave: [] }, { kind: 'newer', version: 99 }],
  ['a type of node that there is not', { ...VERSION_0, graph: { nodes: [{ ...VERSION_0.graph.nodes[0], type: 'teleport' }], edges: [] } }, { kind: 'shape', issues: [{ path: 'graph.nodes.0.type' }] }],
  ['a field that nobody knows', { ...documentOf(VERSION_0 as never), extra: 1 }, { kind: 'shape' }],
  ['a version that is no number', { heddle: 'one', name: 'x' }, { kind: 'unknown' }],
  ['a version between two', { heddle: 0.5, name: 'x' }, { kind: 'unknown' }],
  ['a list', [], { kind: 'unknown' }],
  ['nothing', null, { kind: 'unknown' }],
  ["another builder's file", { name: 'Flow', nodes: [{ id: 'a', data: { type: 'llm' } }], edges: [] }, { kind: 'unknown' }],
])('%s is refused', (_what, value, fault) => expect(readDocument(value, 'file')).toMatchObject({ ok: false, fault }))
