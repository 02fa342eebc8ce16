import { MODEL_STEP, UNKNOWN_TOOL } from '@/domain/graph/agent-tools'
import type { Json } from '@/domain/json'

/** A tool of an agent there that can be one here. */
export type FoundTool = { name: string; description: string; parameters: Record<string, Json>; run: Record<string, Json> }
/** What the model gives a tool there. */
export type Argument = { name: string; type?: string; description?: string; required: boolean }

const TYPES: Record<string, Json> = { string: { type: 'string' }, number: { type: 'number' }, integer: { type: 'integer' }, boolean: { type: 'boolean' }, bool: { type: 'boolean' }, json: {}, object: { type: 'object' }, array: { type: 'array' } }
const MOST = 64

export function argumentSchema(found: readonly Argument[]): Record<string, Json> {
  const known = [...new Map(found.map((one) => [one.name, one])).values()]
  return {
    type: 'object',
    properties: Object.fromEntries(known.map(({ name, type = 'string', description = '' }) => [name, { ...(Object.hasOwn(TYPES, type) ? (TYPES[type] as Record<string, Json>) : { type: 'string' }), ...(description !== '' && { description }) }])),
    required: known.filter(({ required }) => required).map(({ name }) => name),
  }
}

/** Names that a model can call, one of a kind: as they are called there, as far as that goes. */
export function asTools(found: readonly FoundTool[]): Json[] {
  const taken = new Set([MODEL_STEP, UNKNOWN_TOOL])
  return found.slice(0, MOST).map(({ name, description, parameters, run }) => {
    const stem = name.replaceAll(/[^A-Za-z0-9_-]+/g, '_').replaceAll(/^_+|_+$/g, '').slice(0, 56) || 'tool'
    let own = stem
    for (let count = 2; taken.has(own); count++) own = `${stem}_${count}`
    taken.add(own)
    return { name: own, description: description.slice(0, 2_000), parameters, run }
  })
}

/** The address with what is asked behind it. What the model gives is encoded when the tool is called. */
export function withQuery(url: string, query: readonly (readonly [name: string, value: string])[]): string {
  if (query.length === 0) return url
  return `${url}${url.includes('?') ? '&' : '?'}${query.map(([name, value]) => `${encodeURIComponent(name)}=${value.includes('{{') ? value : encodeURIComponent(value)}`).join('&')}`
}
