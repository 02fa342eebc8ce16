import type { Json } from '@/domain/json'
import { isRecord } from './schema-fields'

/**
 * A JSON Schema as a table can show it. What a table has no place for is kept: taken apart and put together again, a schema is
 * the same to the letter, the order of its keys included.
 */
export type SchemaTree =
  /** Beyond a table: `$ref`, a choice of shapes, or no schema at all. Shown as it is. */
  | { kind: 'other'; json: Json }
  | (Kept & { kind: 'any' | 'text' | 'number' | 'integer' | 'boolean' })
  | (Kept & { kind: 'choice'; choices: readonly string[] })
  | (Kept & { kind: 'list'; item: SchemaTree | undefined })
  | (Kept & { kind: 'object'; fields: readonly SchemaFieldNode[]; required: readonly string[] | undefined })
export type SchemaFieldNode = { name: string; schema: SchemaTree }
/** `keys`: in the order they were written; `rest`: keywords that a table does not show. */
type Kept = { description: string | undefined; keys: readonly string[]; rest: Readonly<Record<string, Json>> }
export type SchemaKind = SchemaTree['kind']
/** Those that a person may choose. */
export const SCHEMA_KINDS = ['text', 'number', 'integer', 'boolean', 'choice', 'list', 'object', 'any'] as const

const TYPES = { string: 'text', number: 'number', integer: 'integer', boolean: 'boolean', array: 'list', object: 'object' } as const
const WORDS = { text: 'string', choice: 'string', number: 'number', integer: 'integer', boolean: 'boolean', list: 'array', object: 'object', any: undefined } as const
/** Without a type beside them they say what a table cannot. */
const ONLY_REMARKS = new Set(['description', 'title', 'default', 'examples', '$comment'])

export function treeOf(schema: Json): SchemaTree {
  const other: SchemaTree = { kind: 'other', json: schema }
  if (!isRecord(schema)) return other
  const { type, description } = schema
  if (description !== undefined && typeof description !== 'string') return other
  const kept = (...shown: string[]): Kept => ({ description, keys: Object.keys(schema), rest: Object.fromEntries(Object.entries(schema).filter(([key]) => !['type', 'description', ...shown].includes(key))) })
  if (type === undefined) return Object.keys(schema).every((key) => ONLY_REMARKS.has(key)) ? { kind: 'any', ...kept() } : other
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type)) return other
  const kind = TYPES[type as keyof typeof TYPES]
  switch (kind) {
    case 'text':
      if (schema.enum === undefined) return { kind, ...kept() }
      return isListOfLines(schema.enum) ? { kind: 'choice', choices: schema.enum, ...kept('enum') } : other
    case 'list':
      return { kind, item: schema.items === undefined ? undefined : treeOf(schema.items), ...kept('items') }
    case 'object':
      return objectTree(schema, kept('properties', 'required')) ?? other
    default:
      return { kind, ...kept() }
  }
}

function objectTree({ properties, required }: Record<string, Json>, kept: Kept): SchemaTree | undefined {
  if (properties !== undefined && !isRecord(properties)) return undefined
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string'))) return undefined
  return { kind: 'object', fields: Object.entries(properties ?? {}).map(([name, field]) => ({ name, schema: treeOf(field) })), required, ...kept }
}

export function schemaOf(tree: SchemaTree): Json {
  if (tree.kind === 'other') return tree.json
  const { keys, rest, description } = tree
  const known: [string, Json][] = []
  if (WORDS[tree.kind] !== undefined) known.push(['type', WORDS[tree.kind]!])
  if (description !== undefined) known.push(['description', description])
  if (tree.kind === 'choice') known.push(['enum', [...tree.choices]])
  if (tree.kind === 'list' && tree.item) known.push(['items', schemaOf(tree.item)])
  if (tree.kind === 'object') {
    // An object of which nothing was said stays so.
    if (tree.fields.length > 0 || keys.includes('properties')) known.push(['properties', Object.fromEntries(tree.fields.map(({ name, schema }) => [name, schemaOf(schema)]))])
    if (tree.required) known.push(['required', [...tree.required]])
  }
  const all = new Map([...Object.entries(rest), ...known])
  const order = [...keys.filter((key) => all.has(key)), ...known.map(([key]) => key).filter((key) => !keys.includes(key))]
  return Object.fromEntries(order.map((key) => [key, all.get(key)!]))
}

/** Another kind; its description stays, what was said of the old kind goes. */
export function withKind(tree: SchemaTree, kind: (typeof SCHEMA_KINDS)[number]): SchemaTree {
  if (tree.kind === kind) return tree
  const kept: Kept = { description: tree.kind === 'other' ? undefined : tree.description, keys: [], rest: {} }
  switch (kind) {
    case 'choice':
      return { kind, choices: ['a', 'b'], ...kept }
    case 'list':
      return { kind, item: { kind: 'text', description: undefined, keys: [], rest: {} }, ...kept }
    case 'object':
      return { kind, fields: [], required: [], ...kept, keys: ['type', 'properties', 'required', 'additionalProperties'], rest: { additionalProperties: false } }
    default:
      return { kind, ...kept }
  }
}

export type ObjectTree = Extract<SchemaTree, { kind: 'object' }>

/** A field more, of text, required: a model that may leave something out does. */
export function withField(tree: ObjectTree): ObjectTree {
  let number = tree.fields.length + 1
  while (tree.fields.some(({ name }) => name === `field${number}`)) number++
  const name = `field${number}`
  return { ...tree, fields: [...tree.fields, { name, schema: { kind: 'text', description: undefined, keys: [], rest: {} } }], required: [...(tree.required ?? []), name] }
}

export function withoutField(tree: ObjectTree, name: string): ObjectTree {
  return { ...tree, fields: tree.fields.filter((field) => field.name !== name), ...(tree.required && { required: tree.required.filter((one) => one !== name) }) }
}

/** @returns the same tree where another field has the name already */
export function renameField(tree: ObjectTree, from: string, to: string): ObjectTree {
  if (from === to || tree.fields.some(({ name }) => name === to)) return tree
  return { ...tree, fields: tree.fields.map((field) => (field.name === from ? { ...field, name: to } : field)), ...(tree.required && { required: tree.required.map((one) => (one === from ? to : one)) }) }
}

export function requireField(tree: ObjectTree, name: string, on: boolean): ObjectTree {
  const others = (tree.required ?? []).filter((one) => one !== name)
  return { ...tree, required: on ? [...others, name] : others }
}

export function withFieldSchema(tree: ObjectTree, name: string, schema: SchemaTree): ObjectTree {
  return { ...tree, fields: tree.fields.map((field) => (field.name === name ? { name, schema } : field)) }
}

function isListOfLines(value: Json): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && !one.includes('\n'))
}
