import { englishSentence } from './answer-english'
import { koreanSentence } from './answer-korean'
import { samplePattern } from './pattern-sample'
import type { PromptTerms } from './prompt-terms'
import { hashText, seededRandom, type Random } from './seeded-random'

export type JsonSchema = Record<string, unknown>

/** A yes among the values of an enum, so that a demonstration's gates open. */
const APPROVING = /^(approved?|accept(ed)?|yes|pass(ed)?|ok(ay)?|success(ful)?|true|allow(ed)?|done|complete[d]?|valid|ship|publish|go|승인|통과|예|네|적합|완료)$/i
const TRUE_NAMES = /(approv|accept|valid|pass|success|ok$|done|complete|sufficient|ready|relevant|supported|correct|found|is_?final)/i
const FALSE_NAMES = /(error|fail|reject|block|invalid|missing|needs?_?|require|flag|issue|problem|harm|unsafe|toxic|retry|spam|escalat|has_)/i
/** Depth beyond which only what a schema demands is filled in, so that recursive ones end. */
const SHALLOW = 5
const DEEPEST = 40

/**
 * A value that fits the schema, filled with the prompt's words; the same seed and prompt give the same value.
 * Knows type, properties, required, additionalProperties, items, prefixItems, min/max of all kinds, multipleOf, enum,
 * const, format, pattern, $ref into the same document, allOf, anyOf and oneOf. Not: not, if/then/else, dependentSchemas.
 */
export function schemaValue(schema: JsonSchema, terms: PromptTerms, prompt: string, seed: number): unknown {
  const sampler = new SchemaSampler(schema, terms, prompt.toLowerCase(), seededRandom(seed))
  return sampler.value(schema, '', 0)
}

/** The value among `choices` that says yes, else the one that the prompt speaks of most, else mostly the first. */
export function preferredChoice<T>(choices: readonly T[], prompt: string, random: Random): T {
  const approving = choices.find((choice) => typeof choice === 'string' && APPROVING.test(choice))
  if (approving !== undefined) return approving
  const mentions = choices.map((choice) => (typeof choice === 'string' && choice !== '' ? prompt.split(choice.toLowerCase()).length - 1 : 0))
  const most = Math.max(...mentions)
  const leaders = choices.filter((_, i) => mentions[i] === most)
  if (most > 0 && leaders.length === 1) return leaders[0] as T
  return choices[random() < 0.6 ? 0 : Math.floor(random() * choices.length)] as T
}

class SchemaSampler {
  constructor(
    private readonly root: JsonSchema,
    private readonly terms: PromptTerms,
    private readonly prompt: string,
    private readonly random: Random,
  ) {}

  value(raw: unknown, name: string, depth: number): unknown {
    if (depth > DEEPEST || !isSchema(raw)) return raw === false || depth > DEEPEST ? null : this.text({}, name)
    const schema = this.resolve(raw)
    if ('const' in schema) return schema['const']
    if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return preferredChoice<unknown>(schema['enum'], this.prompt, this.random)
    const options = schema['anyOf'] ?? schema['oneOf']
    if (Array.isArray(options) && options.length > 0) {
      const { anyOf: _any, oneOf: _one, ...rest } = schema
      return this.value(merge(rest, this.resolve(this.bestOption(options, depth))), name, depth + 1)
    }
    switch (typeOf(schema, depth)) {
      case 'object':
        return this.object(schema, depth)
      case 'array':
        return this.array(schema, name, depth)
      case 'integer':
      case 'number':
        return this.number(schema, name)
      case 'boolean':
        return TRUE_NAMES.test(name) && !FALSE_NAMES.test(name) ? true : FALSE_NAMES.test(name) ? false : this.random() < 0.75
      case 'null':
        return null
      default:
        return this.text(schema, name)
    }
  }

  private resolve(schema: JsonSchema, hops = 0): JsonSchema {
    const { $ref, allOf, ...rest } = schema
    let resolved: JsonSchema = $ref === undefined && allOf === undefined ? schema : rest
    if (typeof $ref === 'string' && hops < 20) {
      const target = this.lookUp($ref)
      if (isSchema(target)) resolved = merge(this.resolve(target, hops + 1), resolved)
    }
    if (Array.isArray(allOf)) {
      for (const part of allOf) if (isSchema(part) && hops < 20) resolved = merge(resolved, this.resolve(part, hops + 1))
    }
    return resolved
  }

  private lookUp(reference: string): unknown {
    if (!reference.startsWith('#')) return undefined
    let target: unknown = this.root
    for (const raw of reference.slice(1).split('/').filter(Boolean)) {
      const key = decodeURIComponent(raw).replace(/~1/g, '/').replace(/~0/g, '~')
      target = (target as Record<string, unknown> | undefined)?.[key]
    }
    return target
  }

  /** The first option that says something; deep down, the simplest. */
  private bestOption(options: readonly unknown[], depth: number): JsonSchema {
    const schemas = options.filter(isSchema)
    const simple = schemas.find((option) => !['object', 'array'].includes(typeOf(this.resolve(option), depth)))
    if (depth > SHALLOW && simple) return simple
    return schemas.find((option) => option['type'] !== 'null') ?? schemas[0] ?? {}
  }

  private object(schema: JsonSchema, depth: number): Record<string, unknown> {
    const properties = isSchema(schema['properties']) ? schema['properties'] : {}
    const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : []
    const result: Record<string, unknown> = {}
    for (const [key, property] of Object.entries(properties)) {
      if (depth > SHALLOW && !required.includes(key)) continue
      result[key] = this.value(property, key, depth + 1)
    }
    const additional = schema['additionalProperties']
    for (const key of required) if (!(key in result)) result[key] = this.value(isSchema(additional) ? additional : {}, key, depth + 1)
    const fewest = Math.max(numberOr(schema['minProperties'], 0), isSchema(additional) && Object.keys(properties).length === 0 && depth <= SHALLOW ? 2 : 0)
    for (let i = 0; Object.keys(result).length < fewest && i < fewest + 20 && additional !== false; i++) {
      const key = this.term(i).replace(/\s+/g, '_').toLowerCase()
      if (!(key in result)) result[key] = this.value(isSchema(additional) ? additional : {}, key, depth + 1)
      else result[`field_${i + 1}`] = this.value(isSchema(additional) ? additional : {}, '', depth + 1)
    }
    return result
  }

  private array(schema: JsonSchema, name: string, depth: number): unknown[] {
    const prefix = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : []
    const result = prefix.map((item) => this.value(item, singular(name), depth + 1))
    if (schema['items'] === false) return result
    const least = numberOr(schema['minItems'], 0)
    const most = numberOr(schema['maxItems'], Infinity)
    const length = Math.min(most, Math.max(least, prefix.length, depth > SHALLOW ? least : prefix.length > 0 ? 0 : 3))
    const seen = new Set(result.map((item) => JSON.stringify(item)))
    for (let tries = 0; result.length < length && tries < length + 60; tries++) {
      const item = this.value(distinctEnum(schema['items'], seen), `${singular(name)}#${result.length}`, depth + 1)
      const key = JSON.stringify(item)
      if (seen.has(key) && (schema['uniqueItems'] === true || (tries < 12 && result.length >= least))) continue
      seen.add(key)
      result.push(item)
    }
    return result
  }

  private number(schema: JsonSchema, name: string): number {
    const whole = typeOf(schema, 0) === 'integer'
    const step = numberOr(schema['multipleOf'], whole ? 1 : 0)
    const nudge = step || 0.01
    const low = Math.max(numberOr(schema['minimum'], -Infinity), numberOr(schema['exclusiveMinimum'], -Infinity) + nudge)
    const high = Math.min(numberOr(schema['maximum'], Infinity), numberOr(schema['exclusiveMaximum'], Infinity) - nudge)
    const score = /(score|confiden|probab|rating|quality|relevan|certain)/i.test(name)
    const from = Number.isFinite(low) ? low : Number.isFinite(high) ? Math.min(0, high) : score && !whole ? 0 : 1
    const to = Number.isFinite(high) ? high : score && !whole ? Math.max(1, from) : from + 9
    const share = score ? 0.78 + this.random() * 0.16 : 0.2 + this.random() * 0.6
    const value = from + (to - from) * share
    if (step === 0) return Math.min(to, Math.max(from, Math.round(value * 100) / 100))
    const up = Math.ceil(from / step) * step
    const near = Math.round(value / step) * step
    const fits = near < from ? up : near > to ? Math.floor(to / step) * step : near
    return Number(fits.toPrecision(12))
  }

  private text(schema: JsonSchema, name: string): string {
    if (typeof schema['pattern'] === 'string') return samplePattern(schema['pattern'], this.random)
    const formatted = this.formatted(schema['format'])
    if (formatted !== undefined) return formatted
    const least = numberOr(schema['minLength'], 0)
    const most = numberOr(schema['maxLength'], Infinity)
    let text = this.words(name)
    while ([...text].length < least) text += ` ${this.sentence()}`
    const characters = [...text]
    return characters.length > most ? characters.slice(0, most).join('').trimEnd().padEnd(Math.min(least, most), '.') : text
  }

  private formatted(format: unknown): string | undefined {
    const number = hashText(this.terms.topic)
    const day = `2026-${String((number % 12) + 1).padStart(2, '0')}-${String((number % 28) + 1).padStart(2, '0')}`
    const slug = (this.terms.terms[0] as string).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'topic'
    const hex = (bytes: number): string => Array.from({ length: bytes * 2 }, () => Math.floor(this.random() * 16).toString(16)).join('')
    switch (format) {
      case 'date-time':
        return `${day}T09:30:00Z`
      case 'date':
        return day
      case 'time':
        return '09:30:00Z'
      case 'duration':
        return 'P3D'
      case 'email':
        return `${slug}@example.com`
      case 'uri':
      case 'url':
        return `https://example.com/${slug}`
      case 'hostname':
        return `${slug}.example.com`
      case 'ipv4':
        return '192.0.2.10'
      case 'ipv6':
        return '2001:db8::10'
      case 'uuid':
        return `${hex(4)}-${hex(2)}-4${hex(2).slice(1)}-a${hex(2).slice(1)}-${hex(6)}`
      default:
        return undefined
    }
  }

  private words(name: string): string {
    const [base = '', position = ''] = name.split('#')
    const index = position === '' ? 0 : Number(position)
    if (/(^|_)(summary|description|reason|rationale|explanation|text|content|body|answer|analysis|feedback|comment|detail|details|message|finding|report|draft|claim|argument|conclusion|point|thought|reasoning|note|summary_text|overview|recommendation|suggestion|insight)s?$/i.test(base)) return this.sentence()
    if (/(title|headline|heading|subject|topic|goal|question|query|task)/i.test(base)) return position === '' ? this.terms.topic : `${this.terms.topic}: ${this.term(index)}`
    if (/(language|locale)/i.test(base)) return this.terms.korean ? 'ko' : 'en'
    if (/(^|_)id$/i.test(base)) return `${this.term(index).replace(/\s+/g, '-').toLowerCase()}-${index + 1}`
    return this.term(index)
  }

  private term(index: number): string {
    const { terms } = this.terms
    return terms[index % terms.length] as string
  }

  private sentence(): string {
    return this.terms.korean ? koreanSentence(this.terms, this.random) : englishSentence(this.terms, this.random)
  }
}

/** An enum inside an array loses the values already used, so that a list does not repeat itself. */
function distinctEnum(items: unknown, seen: ReadonlySet<string>): unknown {
  if (!isSchema(items) || !Array.isArray(items['enum'])) return items ?? {}
  const left = items['enum'].filter((value) => !seen.has(JSON.stringify(value)))
  return left.length > 0 ? { ...items, enum: left } : items
}

function typeOf(schema: JsonSchema, depth: number): string {
  const { type } = schema
  if (Array.isArray(type)) {
    const types = type as string[]
    if (depth > SHALLOW && types.includes('null')) return 'null'
    return types.find((each) => each !== 'null') ?? 'null'
  }
  if (typeof type === 'string') return type
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return 'object'
  if ('items' in schema || 'prefixItems' in schema || 'minItems' in schema) return 'array'
  if ('minimum' in schema || 'maximum' in schema || 'multipleOf' in schema) return 'number'
  return 'string'
}

function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const merged: JsonSchema = { ...one, ...other }
  if (isSchema(one['properties']) && isSchema(other['properties'])) merged['properties'] = { ...one['properties'], ...other['properties'] }
  if (Array.isArray(one['required']) && Array.isArray(other['required'])) merged['required'] = [...new Set([...one['required'], ...other['required']])]
  return merged
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function singular(name: string): string {
  return name.split('#')[0]?.replace(/ies$/, 'y').replace(/([^s])s$/, '$1') ?? ''
}
