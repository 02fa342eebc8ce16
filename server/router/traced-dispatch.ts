import { BATCH_PATH } from '@/wire/batch'
import { readTraceparent } from '@/domain/run/trace-parent'
import type { CallTracer, EndedCall } from '../ports/call-tracer'
import type { Clock } from '../ports/clock'
import type { Dispatch, DispatchReply, DispatchRequest } from '../ports/instance-client'
import type { AnswerBatch } from './answer-batch'
import { EXPLAIN } from './forwarded-headers'
import { usageInTail } from './usage-in-tail'

const OPERATIONS: Readonly<Record<string, EndedCall['operation']>> = { '/v1/chat/completions': 'chat', '/v1/responses': 'chat', '/v1/completions': 'text_completion', '/v1/embeddings': 'embeddings' }
/** The usage event, `[DONE]` and what a server may send between them. */
const TAIL_CHUNKS = 4

/**
 * Calls of programs outside, told of as they end: each a span inside of its caller's, and around that of the instance.
 * Only where somebody collects them; calls of runs are told of with their runs, whichever process routes them.
 */
export function tracedDispatch(dispatch: Dispatch, { tracer, clock }: { tracer: CallTracer; clock: Pick<Clock, 'now'> }): Dispatch {
  return async (request, signal) => {
    const operation = OPERATIONS[request.path]
    if (operation === undefined || request.headers[EXPLAIN] !== undefined) return dispatch(request, signal)
    const from = clock.now()
    const given = request.headers.traceparent
    const span = tracer.begin(readTraceparent(typeof given === 'string' ? given : undefined))
    const ended = { operation, model: modelIn(request), from }
    try {
      const reply = await dispatch({ ...request, headers: { ...request.headers, traceparent: span.traceparent } }, signal)
      const isStream = String(reply.headers['content-type'] ?? '').startsWith('text/event-stream')
      return { ...reply, body: followed(reply, signal, (seen) => span.end({ ...ended, ...seen, to: clock.now(), status: reply.status, isStream, route: reply.route }), clock) }
    } catch (error) {
      span.end({ ...ended, firstAt: undefined, to: clock.now(), status: 0, end: signal.aborted ? 'cancelled' : 'failed', isStream: false, usage: undefined, route: undefined })
      throw error
    }
  }
}

/** A batch as a span around the calls that it makes, told of once its answer has been read. @param dispatch tells of calls */
export function tracedBatch(batch: AnswerBatch, dispatch: Dispatch, { tracer, clock }: { tracer: CallTracer; clock: Pick<Clock, 'now'> }): AnswerBatch {
  return async (request, requestId, signal) => {
    const from = clock.now()
    const given = request.headers.traceparent
    const span = tracer.beginBatch(readTraceparent(typeof given === 'string' ? given : undefined))
    let asked = 0
    const told = (status: number, end: EndedCall['end']): void => span.end({ path: BATCH_PATH, from, to: clock.now(), status, end, asked })
    const counted: Dispatch = (call, leave) => {
      asked += 1
      return dispatch(call, leave)
    }
    try {
      const answered = await batch({ ...request, headers: { ...request.headers, traceparent: span.traceparent } }, requestId, signal, counted)
      if ('refusal' in answered) told(answered.refusal.status, 'completed')
      return 'refusal' in answered ? answered : { ...answered, body: followed(answered, signal, ({ end }) => told(answered.status, end), clock) }
    } catch (error) {
      told(0, signal.aborted ? 'cancelled' : 'failed')
      throw error
    }
  }
}

type Seen = Pick<EndedCall, 'firstAt' | 'end' | 'usage'>

/** The same bytes; `onEnd` is told once what came, also where the reader leaves, or never read. */
function followed({ body }: DispatchReply, signal: AbortSignal, onEnd: (seen: Seen) => void, clock: Pick<Clock, 'now'>): AsyncIterable<Uint8Array> {
  const tail: Uint8Array[] = []
  let firstAt: number | undefined
  let ended = false
  const onAbort = (): void => end('cancelled')
  function end(how: Seen['end']): void {
    if (ended) return
    ended = true
    signal.removeEventListener('abort', onAbort)
    onEnd({ firstAt, end: how, usage: usageInTail(tail) })
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) end('cancelled')

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) {
        firstAt ??= clock.now()
        if (tail.length === TAIL_CHUNKS) tail.shift()
        tail.push(chunk)
        yield chunk
      }
      end('completed')
    } catch (error) {
      end(signal.aborted ? 'cancelled' : 'failed')
      throw error
    } finally {
      end('cancelled')
    }
  }
  return read()
}

/** Found without parsing: in a text of the prompt its quotes would be escaped. */
function modelIn({ body }: DispatchRequest): string | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  for (let at = bytes.indexOf('"model"'); at >= 0; at = bytes.indexOf('"model"', at + 1)) {
    const [, name] = /^"model"\s*:\s*"([^"\\]{1,200})"/.exec(bytes.subarray(at, at + 300).toString('utf8')) ?? []
    if (name !== undefined) return name
  }
  return undefined
}
