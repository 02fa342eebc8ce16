import { expect, test } from 'vitest'
import { argumentsFor } from './mcp-tool-field'

test('a tool that is chosen is given what the run was given, argument by argument', () => {
  const schema = (properties: object) => argumentsFor({ name: 't', description: '', inputSchema: { type: 'object', properties } as never })
  expect(schema({ city: { type: 'string' }, 'max-days': { type: 'integer' } })).toBe('{"city": input.city, "max-days": input["max-days"]}')
  expect(schema({})).toBe('{}')
})
