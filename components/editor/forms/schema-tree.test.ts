import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import { renameField, requireField, schemaOf, SCHEMA_KINDS, treeOf, withField, withKind, withoutField, type ObjectTree } from './schema-tree'

const name = fc.oneof(fc.constantFrom('a', 'b', '요청', 'constructor', '__proto__', '1', ''), fc.string({ maxLength: 4 }))
const remark = fc.dictionary(fc.constantFrom('title', 'description', 'default', 'minLength', 'pattern', 'additionalProperties', '$ref', 'anyOf', '$defs', 'const'), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    fc.tuple(remark, fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'thing')).map(([rest, type]) => ({ ...rest, type }) as Json),
    fc.tuple(remark, fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }), fc.boolean()).map(([rest, choices, first]) => (first ? { enum: choices, type: 'string', ...rest } : { ...rest, type: 'string', enum: choices }) as Json),
    fc.tuple(remark, tie('schema')).map(([rest, items]) => ({ items, ...rest, type: 'array' }) as Json),
    fc.tuple(remark, fc.array(fc.tuple(name, tie('schema')), { maxLength: 4 }), fc.option(fc.array(name, { maxLength: 4 })), fc.boolean()).map(([rest, fields, required, last]) => {
      const properties = Object.fromEntries(fields)
      return (last ? { type: 'object', ...rest, ...(required && { required }), properties } : { properties, type: 'object', ...rest, ...(required && { required }) }) as Json
    })),
}))

test('taken apart and put together again, any schema is the same to the letter', () => {
  fc.assert(fc.property(schema, (one) => {
    expect(JSON.stringify(schemaOf(treeOf(one)))).toBe(JSON.stringify(one))
  }), { numRuns: 2_000 })
})

test('whatever a person chooses, the other side shows it and comes back from it', () => {
  fc.assert(fc.property(schema, fc.constantFrom(...SCHEMA_KINDS), (one, kind) => {
    const tree = withKind(treeOf(one), kind)
    expect(tree.kind).toBe(kind)
    expect(treeOf(schemaOf(tree)).kind).toBe(kind)
  }))
})

const person = treeOf({ type: 'object', description: 'Who', properties: { name: { type: 'string', minLength: 1 }, age: { type: 'integer' } }, required: ['name'], additionalProperties: false }) as ObjectTree

test('a field is renamed in its place, and stays required; a name that is taken is refused', () => {
  expect(JSON.stringify(schemaOf(renameField(person, 'name', 'id')))).toBe('{"type":"object","description":"Who","properties":{"id":{"type":"string","minLength":1},"age":{"type":"integer"}},"required":["id"],"additionalProperties":false}')
  expect(renameField(person, 'name', 'age')).toBe(person)
  expect(schemaOf(renameField(renameField(person, 'name', 'x'), 'x', 'name'))).toEqual(schemaOf(person))
})

test('fields come, go and are required', () => {
  expect(schemaOf(withField(person))).toMatchObject({ properties: { field3: { type: 'string' } }, required: ['name', 'field3'] })
  expect(schemaOf(withoutField(withField(person), 'field3'))).toEqual(schemaOf(person))
  expect(schemaOf(requireField(person, 'age', true))).toMatchObject({ required: ['name', 'age'] })
  expect(schemaOf(requireField(person, 'name', false))).toMatchObject({ required: [] })
})

test.each<[Json, string]>([
  [{ type: 'string' }, 'text'], [{ type: 'string', enum: ['a'] }, 'choice'], [{ type: 'string', enum: [1] }, 'other'], [{}, 'any'], [{ title: 'T' }, 'any'],
  [{ $ref: '#/x' }, 'other'], [{ type: ['string', 'null'] }, 'other'], [{ type: 'object', properties: 3 }, 'other'], [true, 'other'], ['x', 'other'],
])('%j is shown as %s', (one, kind) => expect(treeOf(one).kind).toBe(kind))
