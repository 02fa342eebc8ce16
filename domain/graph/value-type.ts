import type { Json } from '@/domain/json'

/**
 * The type of a value on an edge: as much of JSON Schema as two ends need to agree on.
 * `any` agrees with everything: what is not known is not refused before the run, only at run time.
 */
export type ValueType =
  | { kind: 'any' }
  | { kind: 'text' | 'number' | 'boolean' | 'null' }
  | { kind: 'list'; of: ValueType }
  | { kind: 'object'; fields: Record<string, ValueType>; required: readonly string[]; open: boolean }

export const anyType: ValueType = { kind: 'any' }

/** `object({text: …})`: every field required and no others promised. */
export function objectType(fields: Record<string, ValueType>, options: { optional?: readonly string[]; open?: boolean } = {}): ValueType {
  const optional = options.optional ?? []
  return { kind: 'object', fields, required: Object.keys(fields).filter((key) => !optional.includes(key)), open: options.open ?? false }
}

/** Whether every value of `found` may stand where `expected` is wanted. */
export function accepts(expected: ValueType, found: ValueType): boolean {
  if (expected.kind === 'any' || found.kind === 'any') return true
  if (expected.kind === 'list') return found.kind === 'list' && accepts(expected.of, found.of)
  if (expected.kind === 'object') {
    if (found.kind !== 'object') return false
    return expected.required.every((key) => {
      const field = found.fields[key]
      const wanted = expected.fields[key]
      if (field === undefined) return found.open
      return wanted === undefined || accepts(wanted, field)
    })
  }
  return expected.kind === found.kind
}

/** The type of a value that exists. Lists take the type of their first item when all agree. */
export function typeOfValue(value: unknown, depth = 0): ValueType {
  if (value === null || value === undefined) return { kind: 'null' }
  switch (typeof value) {
    case 'string':
      return { kind: 'text' }
    case 'number':
    case 'bigint':
      return { kind: 'number' }
    case 'boolean':
      return { kind: 'boolean' }
    default:
  }
  if (depth > 4) return anyType
  if (Array.isArray(value)) {
    const kinds = value.slice(0, 50).map((item) => typeOfValue(item, depth + 1))
    const first = kinds[0]
    return { kind: 'list', of: first && kinds.every((kind) => kind.kind === first.kind) ? first : anyType }
  }
  const fields = Object.fromEntries(Object.entries(value as object).map(([key, field]) => [key, typeOfValue(field, depth + 1)]))
  return objectType(fields)
}

/** Reads the part of a JSON Schema that `ValueType` can say; the rest becomes `any`. */
export function typeOfSchema(schema: Json | undefined, depth = 0): ValueType {
  if (depth > 8 || schema === null || typeof schema !== 'object' || Array.isArray(schema)) return anyType
  switch (schema.type) {
    case 'string':
      return { kind: 'text' }
    case 'number':
    case 'integer':
      return { kind: 'number' }
    case 'boolean':
    case 'null':
      return { kind: schema.type }
    case 'array':
      return { kind: 'list', of: typeOfSchema(schema.items, depth + 1) }
    case 'object': {
      const properties = isRecord(schema.properties) ? schema.properties : {}
      const required = Array.isArray(schema.required) ? schema.required.filter((key) => typeof key === 'string') : []
      const fields = Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, typeOfSchema(field, depth + 1)]))
      return { kind: 'object', fields, required, open: schema.additionalProperties !== false }
    }
    default:
      return anyType
  }
}

/** The type found by walking `path` (field names; list items by any number), or undefined where the type denies such a field. */
export function typeAt(type: ValueType, path: readonly string[]): ValueType | undefined {
  let at: ValueType = type
  for (const key of path) {
    if (at.kind === 'any') return anyType
    if (at.kind === 'list') {
      if (!/^\d+$/.test(key)) return undefined
      at = at.of
      continue
    }
    if (at.kind !== 'object') return undefined
    const field = Object.hasOwn(at.fields, key) ? at.fields[key] : undefined
    if (field === undefined) return at.open ? anyType : undefined
    at = field
  }
  return at
}

/** How a type is written for people: `list of text`, `object {text, json?}`. */
export function describeType(type: ValueType): string {
  switch (type.kind) {
    case 'list':
      return type.of.kind === 'any' ? 'list' : `list of ${describeType(type.of)}`
    case 'object': {
      const keys = Object.keys(type.fields).map((key) => (type.required.includes(key) ? key : `${key}?`))
      return keys.length === 0 ? 'object' : `object {${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}}`
    }
    default:
      return type.kind
  }
}

function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
