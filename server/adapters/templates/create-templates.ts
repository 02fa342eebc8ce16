import 'server-only'
import { AppError } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import type { Json } from '@/domain/json'
import type { TextFault } from '@/domain/graph/text-fault'
import type { Proofreader, Scope, Templates, WrittenText } from '@/server/ports/templates'
import { danglingPipe, nameFault } from './name-fault'
import type { JobFailure } from './template-worker'
import { createWorkerPool } from './worker-pool'

type Kind = 'render' | 'evaluate'
type Verdict = TextFault | undefined

/** Texts whose verdict is kept: a graph is looked at before each of its runs. Longer ones are looked at anew. */
const VERDICTS_KEPT = 6_000
const LONGEST_KEPT = 2_000

/** A template or expression could not be worked out; the message says where. */
export class TemplateError extends AppError {
  readonly hint: string
  constructor(readonly code: 'TEMPLATE_FAILED' | 'EXPRESSION_FAILED' | 'TEMPLATE_TOO_SLOW', message: string, hint: string, readonly fault?: TextFault) {
    super(message)
    this.hint = hint
  }
}

/**
 * Liquid templates and CEL expressions, run in threads that are killed when they take too long.
 * @param workerUrl the worker's file; left out: the one beside this module (`.ts` in the sources, `.mjs` in the bundle)
 * @param deadlineMs for one template or expression, 1 s
 * @param threads at most, 2
 */
export function createTemplates({ workerUrl = besideThis(), deadlineMs = 1_000, threads = 2, heapMb = 192 }: { workerUrl?: URL; deadlineMs?: number; threads?: number; heapMb?: number } = {}): Templates & Proofreader & {
  /** Starts a thread, so that the first step does not wait for it. */
  warm(): void
  close(): Promise<void>
} {
  const pool = createWorkerPool({ workerUrl, size: threads, deadlineMs, heapMb })

  async function work(kind: Kind, source: string, scope: Scope): Promise<string> {
    const outcome = await pool.run({ kind, source, scopeJson: JSON.stringify(scope) })
    switch (outcome.kind) {
      case 'too-slow':
        throw new TemplateError('TEMPLATE_TOO_SLOW', `The ${wordOf(kind)} took longer than ${deadlineMs} ms and was stopped`, 'Does it loop over too much? Work on fewer items.')
      case 'died':
        throw new TemplateError(codeOf(kind), `The ${wordOf(kind)} was stopped: ${outcome.message}`, 'Does it build a very long text or list? Work on fewer items.')
      case 'done':
        if (outcome.result.ok) return outcome.result.value
        throw refusal(kind, source, outcome.result.failure)
    }
  }

  const verdicts = new Map<string, Verdict>()

  async function read(written: WrittenText): Promise<{ verdict: Verdict; known: boolean }> {
    const { language, text } = written
    const outcome = await pool.run({ kind: language === 'liquid' ? 'read-liquid' : 'read-cel', source: text, scopeJson: '' })
    switch (outcome.kind) {
      case 'too-slow':
        return { verdict: nameFault(written, { message: `Reading it took longer than ${deadlineMs} ms`, code: 'limit_exceeded' }), known: true }
      case 'died':
        return { verdict: undefined, known: false }
      case 'done':
        if (!outcome.result.ok) return { verdict: nameFault(written, outcome.result.failure), known: true }
        return { verdict: language === 'liquid' ? emptyFilter(text) : undefined, known: true }
    }
  }

  return {
    async render(template, scope) {
      // Plain text needs no thread.
      return isTemplate(template) ? work('render', template, scope) : template
    },
    async evaluate(expression, scope) {
      return JSON.parse(await work('evaluate', expression, scope)) as Json
    },
    async check(written) {
      const { language, text } = written
      if (language === 'liquid' && !isTemplate(text)) return undefined
      const key = `${language} ${text}`
      if (verdicts.has(key)) return verdicts.get(key)
      const { verdict, known } = await read(written)
      if (known && text.length <= LONGEST_KEPT) {
        if (verdicts.size >= VERDICTS_KEPT) verdicts.delete(verdicts.keys().next().value!)
        verdicts.set(key, verdict)
      }
      return verdict
    },
    warm: () => pool.warm(),
    close: () => pool.close(),
  }
}

function besideThis(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './template-worker.ts' : './template-worker.mjs', import.meta.url)
}

function emptyFilter(text: string): Verdict {
  const at = danglingPipe(text)
  if (at === undefined) return undefined
  const before = text.slice(0, at).split('\n')
  return { code: 'MISSING_FILTER', params: {}, message: 'expected filter name', line: before.length, column: before.at(-1)!.length + 1 }
}

function refusal(kind: Kind, text: string, failure: JobFailure): TemplateError {
  const { message, hint, line, column } = failure
  const where = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`
  return new TemplateError(codeOf(kind), `The ${wordOf(kind)} failed: ${message}${where}`, hint ?? (kind === 'render' ? 'Templates are Liquid: {{ steps.<id>.output }}.' : 'Expressions are CEL: steps.<id>.output > 3.'), line === undefined ? undefined : nameFault({ language: kind === 'render' ? 'liquid' : 'cel', text }, failure))
}

function codeOf(kind: Kind): 'TEMPLATE_FAILED' | 'EXPRESSION_FAILED' {
  return kind === 'render' ? 'TEMPLATE_FAILED' : 'EXPRESSION_FAILED'
}

function wordOf(kind: Kind): string {
  return kind === 'render' ? 'template' : 'expression'
}
