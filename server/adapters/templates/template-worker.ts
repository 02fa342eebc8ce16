// Runs templates and expressions away from the server: a thread of its own, no environment, a small heap, and it is
// killed when it takes too long. Self-contained: Node runs this file as it is, and the build bundles it as
// dist/template-worker.mjs. What it gets and gives is JSON text, so no object of the server's ever enters here.
import { parentPort } from 'node:worker_threads'
import { Environment } from '@marcbachmann/cel-js'
import { Liquid, type Template } from 'liquidjs'

/** The last two read a text without running it. */
export type Job = { id: number; kind: 'render' | 'evaluate' | 'read-liquid' | 'read-cel'; source: string; scopeJson: string }
/** `code`: CEL's own name of the fault; `length`: of what is at fault, in characters. */
export type JobFailure = { message: string; hint?: string; line?: number; column?: number; code?: string; length?: number }
export type JobResult = { id: number; ok: true; value: string } | { id: number; ok: false; failure: JobFailure }

/** Characters of a result, rendered text or JSON. */
const MAX_RESULT = 4 * 1024 * 1024
const MAX_SOURCE = 1024 * 1024
const MAX_EXPRESSION = 20_000
const PARSED_KEPT = 200

class Refused extends Error {
  readonly failure: JobFailure
  constructor(failure: JobFailure) {
    super(failure.message)
    this.failure = failure
  }
}

const liquid = new Liquid({
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  templates: {},
  cache: false,
  timezoneOffset: 0,
  locale: 'en-US',
  parseLimit: MAX_SOURCE,
  renderLimit: 900,
  memoryLimit: 2e7,
  // A list or object in a prompt is JSON, not `[object Object]`.
  outputEscape: (value: unknown) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value === undefined || value === null ? '' : String(value)),
})
// What would read another template.
for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag]

const cel = createCel()
const templates = new Map<string, Template[]>()
const expressions = new Map<string, ReturnType<Environment['parse']>>()

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(answer(job))
})
parentPort?.postMessage('ready')

function answer(job: Job): JobResult {
  try {
    const value = work(job)
    if (value.length > MAX_RESULT) throw new Refused({ message: `The result has ${value.length} characters, more than ${MAX_RESULT}`, hint: 'Pass on a part of the text, for example with `| truncate`.' })
    return { id: job.id, ok: true, value }
  } catch (error) {
    return { id: job.id, ok: false, failure: error instanceof Refused ? error.failure : describe(error, job) }
  }
}

function work({ kind, source, scopeJson }: Job): string {
  switch (kind) {
    case 'render':
      return String(liquid.renderSync(readTemplate(source), scopeOf(scopeJson)))
    case 'evaluate':
      return JSON.stringify(toJson(readExpression(source)(scopeOf(scopeJson)), 0))
    case 'read-liquid':
      readTemplate(source)
      return ''
    case 'read-cel': {
      // What its types forbid fails in every run.
      const { valid, error } = readExpression(source).check()
      if (!valid) throw error ?? new Error('Its types do not fit')
      return ''
    }
  }
}

function scopeOf(json: string): Record<string, unknown> {
  return freeze(JSON.parse(json)) as Record<string, unknown>
}

function readTemplate(source: string): Template[] {
  return remember(templates, source, () => liquid.parse(source))
}

function readExpression(source: string): ReturnType<Environment['parse']> {
  if (source.length > MAX_EXPRESSION) throw new Refused({ message: `The expression is longer than ${MAX_EXPRESSION} characters`, code: 'limit_exceeded' })
  return remember(expressions, source, () => cel.parse(source))
}

/** JSON's numbers are doubles; CEL has no `double + int`. Here both mix, and give a double. */
function createCel(): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 5_000, maxDepth: 100, maxListElements: 1_000, maxMapEntries: 1_000, maxCallArguments: 32 },
  })
  for (const name of ['input', 'steps', 'memory', 'run']) env.registerVariable(name, 'dyn')
  const mixed: Record<string, (a: number, b: number) => number> = { '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b }
  for (const [operator, act] of Object.entries(mixed)) {
    const handler = (a: number | bigint, b: number | bigint): number => act(Number(a), Number(b))
    for (const pair of [['double', 'int'], ['int', 'double'], ...(operator === '%' ? [['double', 'double']] : [])]) {
      try {
        env.registerOperator(`${pair[0]} ${operator} ${pair[1]}`, handler)
      } catch {
        // This release has it already.
      }
    }
  }
  return env
}

/** A CEL value as JSON. Refuses what JSON has no word for. */
function toJson(value: unknown, depth: number): unknown {
  if (depth > 100) throw new Refused({ message: 'The result is nested more than 100 deep' })
  switch (typeof value) {
    case 'bigint': {
      const number = Number(value)
      if (!Number.isSafeInteger(number)) throw new Refused({ message: `The result ${value} is too large for a JSON number`, hint: 'Turn it into text with string().' })
      return number
    }
    case 'number':
      if (!Number.isFinite(value)) throw new Refused({ message: `The result is ${value}, which JSON does not have`, hint: 'Was something divided by zero?' })
      return value
    case 'string':
    case 'boolean':
      return value
    case 'object':
      return objectToJson(value, depth)
    default:
      throw new Refused({ message: 'The result is not a JSON value' })
  }
}

function objectToJson(value: object | null, depth: number): unknown {
  if (value === null) return null
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1))
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  const entries = value instanceof Map ? [...value] : isPlain(value) ? Object.entries(value) : undefined
  if (entries) return Object.fromEntries(entries.map(([key, item]) => [String(key), toJson(item, depth + 1)]))
  // CEL's own unsigned integer.
  if ('value' in value && (typeof value.value === 'bigint' || typeof value.value === 'number')) return toJson(value.value, depth + 1)
  return String(value)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function freeze(value: unknown): unknown {
  if (value !== null && typeof value === 'object') {
    Object.values(value).forEach(freeze)
    Object.freeze(value)
  }
  return value
}

/** Parsed sources, the oldest forgotten first. */
function remember<T>(kept: Map<string, T>, source: string, make: () => T): T {
  const found = kept.get(source)
  if (found !== undefined) return found
  const made = make()
  if (kept.size >= PARSED_KEPT) kept.delete(kept.keys().next().value!)
  kept.set(source, made)
  return made
}

type AnyError = { message?: unknown; summary?: unknown; code?: unknown; originalError?: { name?: string; message?: string }; token?: { getPosition?: () => number[] }; range?: { start: number; end?: number } }

/** The first line of what went wrong, and where. */
function describe(error: unknown, job: Job): JobFailure {
  const { message, summary, code, originalError, token, range } = (error ?? {}) as AnyError
  const text = String(summary ?? originalError?.message ?? message ?? error).split('\n')[0]!.replace(/, line:\d+, col:\d+$/, '').slice(0, 500)
  const position = token?.getPosition?.() ?? (range ? placeOf(job.source, range.start) : undefined)
  return {
    message: text, ...hintFor(text), ...(position && { line: position[0]!, column: position[1]! }),
    ...(range && typeof code === 'string' && { code, length: (range.end ?? range.start) - range.start }),
  }
}

function hintFor(message: string): { hint?: string } {
  if (/^undefined variable|No such key/i.test(message)) return { hint: 'There are input, steps.<id>.output, memory and run. Where a value may be missing, write `| default: ""` in a template, has(x.y) in an expression.' }
  if (/^tag .* not found/.test(message)) return { hint: 'Templates cannot read other templates: include, render, layout and block are off.' }
  if (/limit exceeded/.test(message)) return { hint: 'The template does too much: loop over fewer items, or build less text.' }
  return {}
}

function placeOf(source: string, offset: number): number[] {
  const before = source.slice(0, offset).split('\n')
  return [before.length, before.at(-1)!.length + 1]
}
