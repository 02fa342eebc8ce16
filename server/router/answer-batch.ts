/**
 * Many calls in one: `POST /v1/batch`.
 * B1. Every call goes the way of a single one: the same limits, the same queue, the same answers.
 * B2. Results come in the order of the calls; no more are at work than was asked for.
 * B3. A call that fails fails alone, and says why. It is tried again only before a byte of an answer came.
 * B4. The reader leaving ends all of it at once.
 * B5. No more is held than the window: a reader that is slow slows the batch.
 */
import type { z } from 'zod'
import { backoffMs } from '@/domain/run/backoff'
import { retryAfterMs } from '@/domain/run/retry-after'
import { BatchBody, type BatchAnswer, type BatchEnd, type BatchResult } from '@/wire/batch'
import { OpenAiErrorBody } from '@/wire/openai-error'
import type { Clock } from '../ports/clock'
import type { Ids } from '../ports/ids'
import type { Dispatch, DispatchReply, DispatchRequest } from '../ports/instance-client'
import { badRequest, once, type Refusal } from './refusal'
import { headerOf } from './routing-request'

/** Of one answer. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024
/** Of all answers that are held until the last is there. */
const MAX_HELD_BYTES = 128 * 1024 * 1024
/** Results of a stream that may wait for one before them. */
const WINDOWS = 2
const RETRY = { maxAttempts: 10, initialMs: 500, factor: 2, maxMs: 30_000, jitter: true }
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])

type Call = { index: number; customId: string; path: string; body: Record<string, unknown> }
type Deps = { dispatch: Dispatch; clock: Clock; ids: Ids; onEnd?: (outcome: 'completed' | 'failed') => void }
type Done = { result: BatchResult; bytes: number; usage: readonly [number, number] }

export function createBatches({ dispatch, clock, ids, onEnd }: Deps) {
  /**
   * @param via how its calls go out; left out, straight to the router
   * @returns a refusal where the whole of it cannot be read
   */
  return async function answerBatch({ headers, body }: Pick<DispatchRequest, 'headers' | 'body'>, requestId: string, signal: AbortSignal, via = dispatch): Promise<DispatchReply | { refusal: Refusal }> {
    const parsed = readBatch(body)
    if (!parsed.success) return { refusal: wrong(parsed.error) }
    const batch = parsed.data
    const calls = callsOf(batch)
    const streamed = calls.find((call) => call.body['stream'] === true)
    if (streamed) return { refusal: badRequest(`Call ${streamed.customId} may not stream: set stream beside requests instead.`, 'stream') }
    const results = work(calls, batch, headers, requestId, signal, via)
    if (batch.stream) return { status: 200, headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store', 'x-request-id': requestId }, body: lines(results) }
    const whole = Buffer.from(JSON.stringify(await collected(results)))
    return { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(whole.length), 'x-request-id': requestId }, body: once(whole) }
  }

  async function* work(calls: readonly Call[], { concurrency, attempts, timeout, stream }: BatchBody, headers: DispatchRequest['headers'], requestId: string, signal: AbortSignal, via: Dispatch): AsyncGenerator<Done> {
    const all = new AbortController()
    const leave = (): void => all.abort(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    const endsAt = clock.now() + timeout * 1_000
    const late = new Error('The time of the batch is over')
    const cancelDeadline = clock.wakeAt(endsAt, () => all.abort(late))
    const begun: Promise<Done>[] = []
    let active = 0
    let given = 0
    const fill = (): void => {
      while (active < concurrency && begun.length < calls.length && begun.length - given < (stream ? WINDOWS * concurrency : Infinity)) {
        active += 1
        const one = ask(calls[begun.length]!, { attempts, headers, requestId, endsAt, signal: all.signal, via }).finally(() => {
          active -= 1
          if (!all.signal.aborted || all.signal.reason === late) fill()
        })
        // Whoever leaves reads no more of them.
        one.catch(() => undefined)
        begun.push(one)
      }
    }
    try {
      fill()
      while (given < calls.length) {
        signal.throwIfAborted()
        const done = await begun[given]!
        signal.throwIfAborted()
        given += 1
        fill()
        onEnd?.(done.result.error ? 'failed' : 'completed')
        yield done
      }
    } finally {
      cancelDeadline()
      signal.removeEventListener('abort', leave)
      all.abort(new Error('The batch is over'))
    }
  }

  type Asking = { attempts: number; headers: DispatchRequest['headers']; requestId: string; endsAt: number; signal: AbortSignal; via: Dispatch }

  async function ask(call: Call, { attempts, headers, requestId, endsAt, signal, via }: Asking): Promise<Done> {
    const id = `${requestId.slice(0, 110)}-${call.index}`
    const body = Buffer.from(JSON.stringify(call.body))
    for (let attempt = 1; ; attempt++) {
      const failed = (error: NonNullable<BatchResult['error']>): Done => ({ result: { index: call.index, custom_id: call.customId, response: null, error, attempts: attempt }, bytes: 0, usage: [0, 0] })
      if (signal.aborted) return failed(TIMEOUT)
      let reply: DispatchReply
      let text: string | 'too-large'
      try {
        reply = await via({ method: 'POST', path: call.path, headers: { ...headers, 'x-request-id': id, 'content-type': 'application/json', 'accept': 'application/json' }, body }, signal)
        text = await textOf(reply)
      } catch (error) {
        if (signal.aborted) return failed(TIMEOUT)
        return failed({ status_code: null, code: 'ANSWER_BROKEN', message: error instanceof Error ? error.message : 'The answer broke off' })
      }
      if (text === 'too-large') return failed({ status_code: reply.status, code: 'ANSWER_TOO_LARGE', message: `The answer has more than ${MAX_ANSWER_BYTES} bytes` })
      const value = jsonOf(text)
      if (reply.status < 400) {
        if (value === undefined) return failed({ status_code: reply.status, code: 'BAD_ANSWER', message: 'The answer is not JSON' })
        return { bytes: text.length, usage: usageOf(value), result: { index: call.index, custom_id: call.customId, error: null, attempts: attempt, response: { status_code: reply.status, request_id: id, instance: headerOf(reply.headers, 'x-heddle-instance') ?? null, body: value }, ...(reply.route?.simulated && { simulated: true }) } }
      }
      const told = OpenAiErrorBody.safeParse(value).data?.error
      const failure = { status_code: reply.status, code: String(told?.code ?? 'INSTANCE_FAILED'), message: told?.message ?? `It was answered ${reply.status}` }
      const next = clock.now() + (retryAfterMs(headerOf(reply.headers, 'retry-after'), clock.now()) ?? 0) + backoffMs(RETRY, attempt, ids.random())
      if (!PASSING.has(reply.status) || attempt >= attempts || next >= endsAt) return failed(failure)
      await sleepUntil(next, signal)
    }
  }

  /** Ends early, without a word, with the signal. */
  function sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = (): void => {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = clock.wakeAt(at, end)
      signal.addEventListener('abort', end, { once: true })
    })
  }
}

const TIMEOUT = { status_code: null, code: 'BATCH_TIMEOUT', message: 'The time of the batch was over before it had an answer' }

function readBatch(body: Uint8Array): z.ZodSafeParseResult<BatchBody> | { success: false; error: SyntaxError } {
  try {
    return BatchBody.safeParse(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')))
  } catch (error) {
    return { success: false, error: new SyntaxError(error instanceof Error ? error.message : 'unreadable') }
  }
}

function wrong(error: z.ZodError | SyntaxError): Refusal {
  if (error instanceof SyntaxError) return badRequest(`The body is not JSON: ${error.message}`)
  const [issue] = error.issues
  const path = issue?.path.join('.') ?? ''
  return badRequest(`${path}: ${issue?.message ?? 'invalid'}`, path)
}

function callsOf({ requests, prompts = [], defaults }: BatchBody): Call[] {
  if (requests) return requests.map(({ custom_id: customId, url, body }, index) => ({ index, customId: customId ?? String(index), path: url, body: { ...defaults, ...body } }))
  return prompts.map((prompt, index) => ({ index, customId: String(index), path: '/v1/chat/completions', body: { ...defaults, messages: typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt } }))
}

type Sum = { total: number; failed: number; prompt: number; completion: number }
const totals = ({ total, failed, prompt, completion }: Sum): Omit<BatchEnd, 'object'> => ({ counts: { total, completed: total - failed, failed }, usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion } })

function added(sum: Sum, { result, usage: [prompt, completion] }: Done): void {
  sum.total += 1
  if (result.error) sum.failed += 1
  sum.prompt += prompt
  sum.completion += completion
}

async function* lines(results: AsyncGenerator<Done>): AsyncGenerator<Uint8Array> {
  const sum: Sum = { total: 0, failed: 0, prompt: 0, completion: 0 }
  for await (const done of results) {
    added(sum, done)
    yield Buffer.from(`${JSON.stringify(done.result)}\n`)
  }
  const end: BatchEnd = { object: 'batch.end', ...totals(sum) }
  yield Buffer.from(`${JSON.stringify(end)}\n`)
}

async function collected(results: AsyncGenerator<Done>): Promise<BatchAnswer> {
  const sum: Sum = { total: 0, failed: 0, prompt: 0, completion: 0 }
  const data: BatchResult[] = []
  let bytes = 0
  for await (const done of results) {
    bytes += done.bytes
    const held: Done = bytes <= MAX_HELD_BYTES ? done : { ...done, result: { ...done.result, response: null, error: { status_code: null, code: 'ANSWER_TOO_LARGE', message: 'All answers together are too large to be held: ask with stream' } } }
    added(sum, held)
    data.push(held.result)
  }
  return { object: 'batch', data, ...totals(sum) }
}

async function textOf({ body }: DispatchReply): Promise<string | 'too-large'> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop ends the call: the instance stops.
  for await (const chunk of body) {
    chunks.push(chunk)
    if ((bytes += chunk.length) > MAX_ANSWER_BYTES) return 'too-large'
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function usageOf(value: unknown): readonly [number, number] {
  if (typeof value !== 'object' || value === null || !('usage' in value) || typeof value.usage !== 'object' || value.usage === null) return [0, 0]
  const { prompt_tokens: prompt, completion_tokens: completion } = value.usage as Record<string, unknown>
  return [typeof prompt === 'number' ? prompt : 0, typeof completion === 'number' ? completion : 0]
}

export type AnswerBatch = ReturnType<typeof createBatches>
