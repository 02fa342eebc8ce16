import { z } from 'zod'
import type { Json } from '@/domain/json'
import { retryAfterMs } from '@/domain/run/retry-after'
import type { Route, Usage } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import { InstanceFailed, type Dispatch, type DispatchReply } from '@/server/ports/instance-client'
import { ModelCallFailed, type ModelGateway, type ModelReply } from '@/server/ports/model-gateway'
import type { TraceContext } from '@/server/ports/trace-context'
import { chatBody, warmBody } from './chat-body'
import { readChat, type ChatAnswer } from './read-chat'

type Deps = {
  dispatch: Dispatch
  clock: Clock
  /** What a request without a model gets: the fleet's first. */
  defaultModel: () => string | undefined | Promise<string | undefined>
  /** Left out: calls carry no trace context. */
  traceContext?: TraceContext | undefined
}

/** Model calls of the engine, in process through the router: no second HTTP hop. */
export function createModelGateway({ dispatch, clock, defaultModel, traceContext }: Deps): ModelGateway {
  return {
    async chat(request, { signal, onText }) {
      signal.throwIfAborted()
      const model = request.model || (await defaultModel())
      if (!model) throw new ModelCallFailed('NO_INSTANCE', 'No instance is healthy, so there is no model to ask', { hint: 'See the fleet page.', retryable: true })
      const body = Buffer.from(JSON.stringify(chatBody(request, model)))
      // Leaving in the middle, by an abort or by an error of our own, must free the GPU slot.
      const call = new AbortController()
      const onAbort = (): void => call.abort(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      const sentAt = clock.now()
      let contentAt: number | undefined
      try {
        const reply = await dispatch({ method: 'POST', path: CHAT, headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(traceContext && { traceparent: traceContext.traceparent({ runId: request.run.runId, key: request.run.nodeId, attempt: request.run.attempt, trace: request.run.trace }) }) }, body }, call.signal)
        if (reply.status !== 200) throw await refused(reply, clock.now())
        const answer = await readChat(reply.body, { onText, onContent: () => (contentAt ??= clock.now()) })
        const endedAt = clock.now()
        const usage = answer.usage ?? { promptTokens: 0, completionTokens: 0 }
        return replyOf(answer, usage, request.responseSchema !== undefined, routeOf(reply, model, usage, { sentAt, contentAt: contentAt ?? endedAt, endedAt }))
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw callFailed(error)
      } finally {
        signal.removeEventListener('abort', onAbort)
        call.abort()
      }
    },
    async warm(prefix, signal) {
      try {
        const model = prefix.model || (await defaultModel())
        if (!model) return false
        const reply = await dispatch({ method: 'POST', path: CHAT, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(warmBody(prefix, model))) }, signal)
        return WarmUpAnswer.safeParse(JSON.parse(await textOf(reply))).data?.outcome === 'sent'
      } catch {
        return false
      }
    },
  }
}

const CHAT = '/v1/chat/completions'
const WarmUpAnswer = z.object({ outcome: z.string() })

function routeOf({ route }: DispatchReply, model: string, usage: Usage, at: { sentAt: number; contentAt: number; endedAt: number }): Route {
  const queueMs = route?.queueMs ?? 0
  return {
    instance: route?.url ?? '', model, policy: route?.policy ?? '', ...(route ? { reason: route.reason, simulated: route.simulated } : {}),
    ...(route && route.candidates.length > 1 ? { chosen: route.instanceId, candidates: [...route.candidates] } : {}),
    queueMs, prefillMs: Math.max(0, at.contentAt - at.sentAt - queueMs), decodeMs: Math.max(0, at.endedAt - at.contentAt), ...usage,
  }
}

function replyOf(answer: ChatAnswer, usage: Usage, structured: boolean, route: Route): ModelReply {
  const { text, toolCalls, finishReason } = answer
  const reply: ModelReply = { text, finishReason, usage, route }
  if (toolCalls.length > 0) reply.toolCalls = toolCalls
  else if (structured) reply.json = structuredOutput(text, finishReason)
  return reply
}

function structuredOutput(text: string, finishReason: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    const hint = finishReason === 'length' ? 'The answer was cut at the token limit: raise max tokens of this agent.' : 'The model did not keep to the schema. Simplify it, or use a server with structured outputs.'
    throw new ModelCallFailed('BAD_STRUCTURED_OUTPUT', 'The answer is not the JSON that was asked for', { hint, retryable: true })
  }
}

const ErrorBody = z.object({ error: z.looseObject({ message: z.string(), code: z.union([z.string(), z.number()]).nullish() }) })
const MAX_ERROR_BYTES = 64 * 1024

async function refused(reply: DispatchReply, now: number): Promise<ModelCallFailed> {
  const { message, code } = errorOf(await textOf(reply))
  return new ModelCallFailed(code ?? codeOfStatus(reply.status), message ?? `The instance answered ${reply.status}`, { hint: hintOf(reply.status), retryable: isRetryable(reply.status), retryAfterMs: retryAfterMs(headerText(reply.headers['retry-after']), now) })
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

async function textOf({ body }: DispatchReply): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    if ((bytes += chunk.length) > MAX_ERROR_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function errorOf(text: string): { message?: string; code?: string } {
  try {
    const { error } = ErrorBody.parse(JSON.parse(text))
    // vLLM puts the status into `code`; only words say more than the status.
    return { message: error.message, ...(typeof error.code === 'string' && /[A-Za-z]/.test(error.code) ? { code: error.code.toUpperCase() } : {}) }
  } catch {
    return {}
  }
}

function isRetryable(status: number): boolean {
  return status >= 500 || status === 408 || status === 409 || status === 425 || status === 429
}

function codeOfStatus(status: number): string {
  if (status === 404) return 'MODEL_NOT_FOUND'
  if (status === 429) return 'TOO_MANY_REQUESTS'
  if (status === 401 || status === 403) return 'INSTANCE_REFUSED'
  return status < 500 ? 'BAD_MODEL_REQUEST' : 'INSTANCE_FAILED'
}

function hintOf(status: number): string {
  if (status === 404) return 'Choose a model that the fleet serves; the fleet page lists them.'
  if (status === 401 || status === 403) return 'The instance wants an API key: set it in the settings of the fleet.'
  if (status === 413) return 'Shorten the prompt.'
  if (status >= 500 || status === 429) return 'See the fleet page; the call is tried again by its retry settings.'
  return 'Check the settings and the prompt of this agent: the server did not accept the request.'
}

function callFailed(error: unknown): ModelCallFailed {
  if (error instanceof ModelCallFailed) return error
  const message = error instanceof Error ? error.message : 'The call failed'
  if (error instanceof InstanceFailed) return new ModelCallFailed(error.code, message, { hint: error.hint, retryable: true })
  return new ModelCallFailed('INSTANCE_FAILED', message, { hint: 'See the fleet page for the state of the instance.', retryable: true })
}
