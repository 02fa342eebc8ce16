import { z } from 'zod'
import type { Json } from '@/domain/json'
import { accepts, describeType, typeOfSchema, typeOfValue } from '@/domain/graph/value-type'

type Schema = Parameters<typeof z.fromJSONSchema>[0]

/** What keeps arguments from fitting the schema of a tool. Empty: they fit. */
export function checkArguments(schema: Record<string, Json>, given: Json): string[] {
  let parsed: z.ZodType
  try {
    parsed = z.fromJSONSchema(withoutPatterns({ type: 'object', ...schema }) as Schema)
  } catch {
    // A schema that says more than can be read: what can be is held to.
    const expected = typeOfSchema({ type: 'object', ...schema })
    const found = typeOfValue(given)
    return accepts(expected, found) ? [] : [`expected ${describeType(expected)}, found ${describeType(found)}`]
  }
  const { error } = parsed.safeParse(given)
  return (error?.issues ?? []).slice(0, 10).map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
}

/** A pattern of the workflow on a text of the model could keep the server busy for hours. */
function withoutPatterns(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutPatterns)
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(Object.entries(schema).flatMap(([key, value]) => ((key === 'pattern' && typeof value === 'string') || key === 'patternProperties' ? [] : [[key, withoutPatterns(value)]])))
}
