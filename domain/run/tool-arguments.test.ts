import { expect, test } from 'vitest'
import { checkArguments } from './tool-arguments'

const schema = { type: 'object', properties: { metres: { type: 'number', minimum: 0 }, unit: { enum: ['feet', 'yards'] }, tags: { type: 'array', items: { type: 'string' } } }, required: ['metres'] }

test.each([
  ['what fits', schema, { metres: 1, unit: 'feet', tags: ['a'] }, []],
  ['more than was asked for', schema, { metres: 1, more: true }, []],
  ['a field missing', schema, { unit: 'feet' }, ['metres']],
  ['a number too small, a choice that is none, an item of another type', schema, { metres: -1, unit: 'miles', tags: [1] }, ['metres', 'unit', 'tags.0']],
  ['no object', schema, [1], ['']],
  ['no object, where the schema says nothing of it', { properties: {} }, 'text', ['']],
  ['a schema that says more than can be read: its types are held to', { ...schema, properties: { ...schema.properties, other: { $ref: '#/elsewhere' } } }, { metres: 'long' }, ['']],
])('%s', (_case, given, args, paths) => {
  expect(checkArguments(given as never, args as never).map((wrong) => (/^[\w.]+(?=: )/.exec(wrong)?.[0] ?? ''))).toEqual(paths)
})

test('no pattern of the schema is tried on what the model says', () => {
  const slow = { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } }
  expect(checkArguments(slow, { text: `${'a'.repeat(40)}!` })).toEqual([])
})
