import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { checkInput } from '@/domain/run/check-input'
import { allTemplates } from '@/domain/template/all-templates'
import { exampleInput } from './example-input'

const graphWith = (schema?: object) => Graph.parse({ nodes: [{ id: 'in', type: 'input', name: 'In', position: { x: 0, y: 0 }, config: schema ? { schema } : {} }], edges: [] })

test.each(allTemplates.map(({ id, graph }) => [id, graph] as const))('what is made for %s is taken by it', (_id, graph) => expect(checkInput(graph, exampleInput(graph))).toEqual([]))

test.each<[object | undefined, unknown]>([
  [undefined, {}],
  [{}, {}],
  [{ type: 'string' }, 'text'],
  [{ type: 'object', properties: { city: { type: 'string', description: 'Name of a city' }, when: { type: 'string', format: 'date' }, days: { type: 'integer', minimum: 3 }, deep: { type: 'boolean' } } }, { city: 'Name of a city', when: '2026-01-31', days: 3, deep: true }],
  [{ type: 'array', minItems: 2, items: { enum: ['a', 'b'] } }, ['a', 'a']],
  [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 1],
  [{ type: ['string', 'null'], default: 'given' }, 'given'],
  [{ properties: { a: { const: null } } }, { a: null }],
])('of %j becomes %j', (schema, example) => expect(exampleInput(graphWith(schema))).toEqual(example))

test('a schema of bounds without bound makes no endless example', () => {
  const deep = Array.from({ length: 40 }).reduce<object>((items) => ({ type: 'array', minItems: 1, items }), { type: 'string' })
  expect(JSON.stringify(exampleInput(graphWith(deep))).length).toBeLessThan(100)
  expect(JSON.stringify(exampleInput(graphWith({ type: 'array', minItems: 1e9, items: { type: 'null' } }))).length).toBeLessThan(6_000)
})
