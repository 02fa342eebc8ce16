import { expect, test } from 'vitest'
import { fieldsOfSchema, textOfValue, valueOfText, type FieldKind } from './schema-fields'
import type { Json } from '@/domain/json'

test('an object schema becomes fields, Korean names too', () => {
  const fields = fieldsOfSchema({ type: 'object', properties: { 요청: { type: 'string', description: '무엇을?' }, n: { type: 'integer' }, pick: { type: 'string', enum: ['a', 'b'] }, rest: { type: 'array' } }, required: ['요청'] })
  expect(fields?.map(({ name, kind, required }) => [name, kind, required])).toEqual([['요청', 'text', true], ['n', 'integer', false], ['pick', 'choice', false], ['rest', 'json', false]])
  expect(fields?.[0]?.description).toBe('무엇을?')
})

test.each<[Json | undefined]>([[undefined], [{ type: 'array' }], ['text'], [{ type: 'object' }]])('%j has no fields', (schema) => expect(fieldsOfSchema(schema)).toBeUndefined())

test.each<[FieldKind, string, Json | undefined]>([
  ['text', ' x ', ' x '],
  ['number', '1.5', 1.5],
  ['number', '', undefined],
  ['number', '1,5', undefined],
  ['integer', '1.5', undefined],
  ['integer', '-2', -2],
  ['boolean', 'true', true],
  ['boolean', 'yes', undefined],
  ['json', '{"a":[1]}', { a: [1] }],
  ['json', '{', undefined],
])('%s: %j becomes %j', (kind, text, value) => {
  expect(valueOfText(kind, text)?.value).toEqual(value)
  if (value !== undefined) expect(valueOfText(kind, textOfValue(kind, value))?.value).toEqual(value)
})
