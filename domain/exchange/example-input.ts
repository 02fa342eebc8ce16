import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'

/** Deepest part of a schema that an example is made of: one may refer to itself. */
const DEEPEST = 8

type Schema = Readonly<Record<string, unknown>>

/** A value that the graph's input node takes, as its JSON schema tells; `{}` where it tells nothing. */
export function exampleInput(graph: Graph): Json {
  const schema = graph.nodes.find((node) => node.type === 'input')?.config.schema
  return isSchema(schema) ? exampleOf(schema, 0) : {}
}

function exampleOf(schema: Schema, depth: number): Json {
  for (const said of [schema.const, schema.default, first(schema.examples), schema.example, first(schema.enum)]) if (said !== undefined) return said as Json
  const part = [schema.anyOf, schema.oneOf, schema.allOf].map(first).find(isSchema)
  if (part && schema.type === undefined && schema.properties === undefined) return depth < DEEPEST ? exampleOf(part, depth + 1) : null
  switch (Array.isArray(schema.type) ? first(schema.type) : schema.type) {
    case 'string':
      return textExample(schema)
    case 'integer':
    case 'number':
      return numberExample(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return depth < DEEPEST && isSchema(schema.items) ? Array.from({ length: Math.max(1, countOf(schema.minItems)) }, () => exampleOf(schema.items as Schema, depth + 1)) : []
    default:
      return objectExample(schema, depth)
  }
}

function objectExample(schema: Schema, depth: number): Json {
  if (depth >= DEEPEST || !isSchema(schema.properties)) return {}
  // As a key of a plain object it would set the prototype.
  return Object.fromEntries(Object.entries(schema.properties).flatMap(([key, field]) => (key === '__proto__' ? [] : [[key, isSchema(field) ? exampleOf(field, depth + 1) : null]])))
}

function textExample({ format, description, title, minLength }: Schema): string {
  const known: Record<string, string> = { date: '2026-01-31', 'date-time': '2026-01-31T09:00:00Z', time: '09:00:00', email: 'someone@example.com', uri: 'https://example.com', url: 'https://example.com', uuid: '00000000-0000-4000-8000-000000000000' }
  if (typeof format === 'string' && Object.hasOwn(known, format)) return known[format]!
  const said = [title, description].find((text) => typeof text === 'string' && text !== '')
  return (typeof said === 'string' ? said.slice(0, 80) : 'text').padEnd(Math.min(countOf(minLength), 1_000), '.')
}

function numberExample({ minimum, maximum, exclusiveMinimum }: Schema): number {
  if (typeof minimum === 'number') return minimum
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  return typeof maximum === 'number' && maximum < 1 ? maximum : 1
}

function countOf(bound: unknown): number {
  return typeof bound === 'number' && bound > 0 ? Math.min(Math.floor(bound), 1_000) : 0
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
