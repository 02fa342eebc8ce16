import type { Json } from '@/domain/json'

export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'json'
export type SchemaField = { name: string; kind: FieldKind; required: boolean; title: string; description: string | undefined; choices: readonly string[] }

/** The fields of an object schema; undefined where the schema says something else, or nothing. */
export function fieldsOfSchema(schema: Json | undefined): SchemaField[] | undefined {
  if (!isRecord(schema) || schema.type !== 'object' || !isRecord(schema.properties)) return undefined
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(schema.properties).map(([name, property]): SchemaField => {
    const field = isRecord(property) ? property : {}
    const choices = Array.isArray(field.enum) ? field.enum.filter((choice) => typeof choice === 'string') : []
    return {
      name, kind: choices.length > 0 ? 'choice' : kindOf(field.type), required: required.includes(name), choices,
      title: typeof field.title === 'string' ? field.title : name, description: typeof field.description === 'string' ? field.description : undefined,
    }
  })
}

/** What a person typed into a field, as a value. @returns undefined when it is none */
export function valueOfText(kind: FieldKind, text: string): { value: Json } | undefined {
  switch (kind) {
    case 'text':
    case 'choice':
      return { value: text }
    case 'number':
    case 'integer': {
      const number = Number(text)
      return text.trim() !== '' && Number.isFinite(number) && (kind === 'number' || Number.isInteger(number)) ? { value: number } : undefined
    }
    case 'boolean':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : undefined
    case 'json':
      return parseJson(text)
  }
}

export function textOfValue(kind: FieldKind, value: Json | undefined): string {
  if (value === undefined) return kind === 'boolean' ? 'false' : ''
  if (kind === 'json') return JSON.stringify(value, null, 2)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function parseJson(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

function kindOf(type: Json | undefined): FieldKind {
  switch (type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
    case 'boolean':
      return type
    default:
      return 'json'
  }
}

export function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
