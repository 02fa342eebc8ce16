import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withMembers, withoutMember } from './json-members'

const cut = (text: string): string => withoutMember(Buffer.from(text), 'workflow_metadata').toString()

it.each([
  ['{"a":1,"workflow_metadata":{"x":[1,"}"]},"b":2}', '{"a":1,"b":2}'],
  ['{"a":1, "workflow_metadata" : {"x":1} }', '{"a":1 }'],
  ['{"workflow_metadata":null}', '{}'],
  ['{"workflow_metadata":"a\\"b\\\\","b":1.50}', '{"b":1.50}'],
  ['{"a":{"workflow_metadata":1},"b":"workflow_metadata"}', '{"a":{"workflow_metadata":1},"b":"workflow_metadata"}'],
  ['{"a":12345678901234567890,"workflow_metadata":1}', '{"a":12345678901234567890}'],
  ['{"workflow_metadata":1,"workflow_metadata":2}', '{}'],
  ['{"a":1,"workflow_metadata":1,"workflow_metadata":2}', '{"a":1}'],
])('%s', (given, expected) => {
  expect(cut(given)).toBe(expected)
})

it('leaves an object with all other members', () => {
  const member = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('workflow_metadata'), fc.constant('we"ird\\'))
  const space = fc.constantFrom(undefined, 1, '\t')
  fc.assert(fc.property(fc.dictionary(member, fc.jsonValue()), space, (body, indent) => {
    const { workflow_metadata: _gone, ...rest } = JSON.parse(JSON.stringify(body)) as Record<string, unknown>
    expect(JSON.parse(cut(JSON.stringify(body, null, indent)))).toEqual(rest)
  }))
})

it.each([
  ['{}', '{"priority":3,"model":"b"}'],
  [' { } ', ' {"priority":3,"model":"b" } '],
  ['{"x":1}', '{"priority":3,"model":"b","x":1}'],
  ['{"model":"a","x":{"model":"a"}}', '{"priority":3,"model":"b","x":{"model":"a"}}'],
  ['{"x":"{","priority":1}', '{"priority":3,"model":"b","x":"{"}'],
])('members put into %s', (json, expected) => {
  expect(withMembers(Buffer.from(json), { priority: 3, model: 'b' }).toString()).toBe(expected)
})
