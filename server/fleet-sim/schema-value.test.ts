import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { samplePattern } from './pattern-sample'
import { promptTermsOf } from './prompt-terms'
import { schemaValue, type JsonSchema } from './schema-value'
import { seededRandom } from './seeded-random'

const PROMPT = 'Review the launch plan for heat pumps in Norway and name the risks.'
const valueOf = (schema: JsonSchema, seed = 1, prompt = PROMPT): unknown => schemaValue(schema, promptTermsOf('', prompt), prompt, seed)

const schemas: Record<string, JsonSchema> = {
  scalars: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 3, maxLength: 8 },
      age: { type: 'integer', minimum: 10, maximum: 12 },
      share: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
      even: { type: 'integer', multipleOf: 4, minimum: 9, maximum: 30 },
      low: { type: 'integer', maximum: -5 },
      fine: { type: 'boolean' },
      none: { type: 'null' },
      kind: { const: 'report' },
    },
    required: ['name', 'age', 'share', 'even', 'low', 'fine', 'none', 'kind'],
    additionalProperties: false,
  },
  lists: {
    type: 'object',
    properties: {
      few: { type: 'array', items: { type: 'string' }, minItems: 5, maxItems: 6 },
      most: { type: 'array', items: { type: 'integer' }, maxItems: 1 },
      tags: { type: 'array', items: { enum: ['a', 'b', 'c', 'd'] }, minItems: 3, uniqueItems: true },
      pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
    },
    required: ['few', 'most', 'tags', 'pair'],
  },
  references: {
    type: 'object',
    properties: { root: { $ref: '#/$defs/node' }, maybe: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/leaf' }] } },
    required: ['root', 'maybe'],
    $defs: {
      leaf: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
      node: {
        type: 'object',
        properties: { label: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['label', 'children'],
      },
    },
  },
  combined: {
    type: 'object',
    properties: {
      one: { oneOf: [{ type: 'integer', minimum: 3 }, { type: 'string', enum: ['x'] }] },
      both: { allOf: [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, { type: 'object', properties: { b: { type: 'integer' } }, required: ['b'] }] },
      code: { type: 'string', pattern: '^[A-Z]{2}-\\d{3,5}(?:x|y)?$' },
      when: { type: 'string', format: 'date-time' },
      mail: { type: 'string', format: 'email' },
      id: { type: 'string', format: 'uuid' },
      map: { type: 'object', additionalProperties: { type: 'number' } },
      either: { type: ['string', 'null'] },
    },
    required: ['one', 'both', 'code', 'when', 'mail', 'id', 'map', 'either'],
  },
}

describe('schemaValue', () => {
  it.each(Object.entries(schemas))('%s: fits the schema for many seeds', (_, schema) => {
    const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
    for (let seed = 0; seed < 40; seed++) {
      const value = JSON.parse(JSON.stringify(valueOf(schema, seed))) as unknown
      const result = validator.safeParse(value)
      expect(result.error?.issues ?? [], JSON.stringify(value)).toEqual([])
    }
  })

  it('says yes where an enum or a name allows it', () => {
    const schema = {
      type: 'object',
      properties: { decision: { enum: ['reject', 'approve'] }, approved: { type: 'boolean' }, needs_revision: { type: 'boolean' } },
    }
    for (let seed = 0; seed < 20; seed++) expect(valueOf(schema, seed)).toEqual({ decision: 'approve', approved: true, needs_revision: false })
  })

  it('takes the enum value that the prompt speaks of', () => {
    const schema = { enum: ['billing', 'shipping', 'technical'] }
    for (let seed = 0; seed < 10; seed++) expect(valueOf(schema, seed, 'The parcel: shipping took four weeks')).toBe('shipping')
  })

  it('uses the words of the prompt', () => {
    expect(JSON.stringify(valueOf({ type: 'object', properties: { risks: { type: 'array', items: { type: 'string' } } } }))).toContain('heat pumps')
  })

  it('depends on seed and prompt alone', () => {
    expect(valueOf(schemas['combined'] as JsonSchema, 3)).toEqual(valueOf(schemas['combined'] as JsonSchema, 3))
  })
})

describe('samplePattern', () => {
  it.each(['^\\d{4}-\\d{2}$', '^(foo|ba[rz])+$', '^[a-f0-9]{8}$', '^\\w+@\\w+\\.(com|org)$', '^[^abc]{3}$', '^a?b*c+$', '^\\+?[1-9][0-9]{6,}$', '^(?:yes|no)$'])('%s', (pattern) => {
    for (let seed = 0; seed < 50; seed++) expect(samplePattern(pattern, seededRandom(seed))).toMatch(new RegExp(pattern))
  })
})
