import { AppError } from '@/domain/error'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { retryAfterMs } from '@/domain/run/retry-after'
import type { StepScope } from '@/domain/run/scope'
import type { Clock } from '@/server/ports/clock'
import type { AttemptDeps, AttemptOf, Prepared } from './prepared'

type HttpNode = Extract<TypedNode, { type: 'http' }>

/** The far side answered with an error status. Overload and server errors are worth another try. */
export class HttpStatusError extends AppError {
  readonly code = 'HTTP_STATUS'
  override readonly retryable: boolean
  readonly hint = 'Look at the answer in the attempts of this step, and at the address it was sent to.'
  constructor(status: number, url: string, body: Json, /** Where it said how long to stay away. */ readonly retryAfterMs: number | undefined) {
    super(`${url} answered ${status}: ${(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 300)}`)
    this.retryable = status === 408 || status === 429 || status >= 500
  }
}

/** @param inAddress what the address sees, where that is not what the rest does */
export async function prepareHttp(deps: AttemptDeps & { clock: Pick<Clock, 'now'> }, node: HttpNode, scope: StepScope, of: AttemptOf, inAddress = scope): Promise<Prepared> {
  const { config } = node
  const url = await deps.templates.render(config.url, inAddress)
  const body = config.body === undefined || config.body === '' ? undefined : await deps.templates.render(config.body, scope)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(config.headers ?? {})) headers[name] = await deps.templates.render(value, scope)
  return {
    // Header values may be secrets: the log keeps their names only.
    input: { method: config.method, url, headers: Object.keys(headers), ...(body !== undefined && { body }) },
    run: async (signal) => {
      const reply = await deps.http.send(
        { method: config.method, url, headers: { ...(deps.traceContext && { traceparent: deps.traceContext.traceparent(of) }), ...headers }, ...(body !== undefined && { body }), idempotencyKey: `${of.runId}/${of.key}` },
        signal,
      )
      if (reply.status >= 400) throw new HttpStatusError(reply.status, url, reply.body, retryAfterMs(reply.headers['retry-after'], deps.clock.now()))
      return { output: { status: reply.status, headers: reply.headers, body: reply.body } }
    },
  }
}
