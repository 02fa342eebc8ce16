import 'server-only'
import { AppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { Scope, Templates } from '@/server/ports/templates'
import type { JobFailure } from './template-worker'
import { createWorkerPool } from './worker-pool'

type Kind = 'render' | 'evaluate'

/** A template or expression could not be worked out; the message says where. */
export class TemplateError extends AppError {
  readonly hint: string
  constructor(readonly code: 'TEMPLATE_FAILED' | 'EXPRESSION_FAILED' | 'TEMPLATE_TOO_SLOW', message: string, hint: string, readonly line?: number, readonly column?: number) {
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
export function createTemplates({ workerUrl = besideThis(), deadlineMs = 1_000, threads = 2, heapMb = 192 }: { workerUrl?: URL; deadlineMs?: number; threads?: number; heapMb?: number } = {}): Templates & {
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
        throw refusal(kind, outcome.result.failure)
    }
  }

  return {
    async render(template, scope) {
      // Plain text needs no thread.
      return template.includes('{{') || template.includes('{%') ? work('render', template, scope) : template
    },
    async evaluate(expression, scope) {
      return JSON.parse(await work('evaluate', expression, scope)) as Json
    },
    warm: () => pool.warm(),
    close: () => pool.close(),
  }
}

function besideThis(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './template-worker.ts' : './template-worker.mjs', import.meta.url)
}

function refusal(kind: Kind, { message, hint, line, column }: JobFailure): TemplateError {
  const where = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`
  return new TemplateError(codeOf(kind), `The ${wordOf(kind)} failed: ${message}${where}`, hint ?? (kind === 'render' ? 'Templates are Liquid: {{ steps.<id>.output }}.' : 'Expressions are CEL: steps.<id>.output > 3.'), line, column)
}

function codeOf(kind: Kind): 'TEMPLATE_FAILED' | 'EXPRESSION_FAILED' {
  return kind === 'render' ? 'TEMPLATE_FAILED' : 'EXPRESSION_FAILED'
}

function wordOf(kind: Kind): string {
  return kind === 'render' ? 'template' : 'expression'
}
