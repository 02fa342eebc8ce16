import { describe, expect, it } from 'vitest'
import type { Dispatch, DispatchRequest } from '@/server/ports/instance-client'
import { ModelCallFailed, type ModelRequest } from '@/server/ports/model-gateway'
import { createManualClock } from '../memory/manual-clock'
import type { CallOf, TraceContext } from '@/server/ports/trace-context'
import { createModelGateway } from './create-model-gateway'

const route = { requestId: 'r', instanceId: 'i0', url: 'http://i0', policy: 'p', reason: 'prefix', simulated: true, attempts: 1, queueMs: 5, candidates: [] }
const request: ModelRequest = { messages: [{ role: 'user', content: 'hi' }], run: { runId: 'run_1', workflowId: 'wf_1', nodeId: 'outer[3].inner', attempt: 2, priority: 1, callsToCome: 3 } }
const data = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
const delta = (given: unknown, finish: string | null = null) => data({ choices: [{ index: 0, delta: given, finish_reason: finish }] })
const usage = data({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 16 } } })

function setUp(pieces: (string | Error)[], status = 200, headers: Record<string, string> = {}, traceContext?: TraceContext) {
  const clock = createManualClock()
  const asked: { request: DispatchRequest; signal: AbortSignal }[] = []
  const dispatch: Dispatch = (given, signal) => {
    asked.push({ request: given, signal })
    clock.advance(15)
    async function* body() {
      for (const piece of pieces) {
        await Promise.resolve()
        signal.throwIfAborted()
        if (piece instanceof Error) throw piece
        clock.advance(10)
        yield Buffer.from(piece)
      }
    }
    return Promise.resolve({ status, headers, body: body(), route })
  }
  const gateway = createModelGateway({ dispatch, clock, defaultModel: () => 'first', traceContext })
  const texts: string[] = []
  const chat = (given: Partial<ModelRequest> = {}, signal = new AbortController().signal) => gateway.chat({ ...request, ...given }, { signal, onText: (text) => texts.push(text) })
  const bodyOf = () => JSON.parse(Buffer.from(asked[0]!.request.body).toString()) as Record<string, unknown>
  return { chat, texts, asked, bodyOf }
}

describe('model gateway', () => {
  it('asks for a stream with usage, under the run', async () => {
    const { chat, bodyOf } = setUp([delta({ content: 'x' }, 'stop')])
    await chat({ maxTokens: 5, temperature: 0 })
    expect(bodyOf()).toEqual({
      model: 'first', messages: [{ role: 'user', content: 'hi' }], temperature: 0, max_tokens: 5, stream: true, stream_options: { include_usage: true },
      workflow_metadata: { workflow_id: 'run_1', agent_id: 'outer_3__inner', workflow_priority: 1, metadata: { attempt: 2, step: 'outer[3].inner' }, plan: { workflow: 'wf_1', remaining_tokens: 1_500, last: false } },
    })
  })

  it('carries the trace context of the attempt where there is one', async () => {
    for (const traceContext of [undefined, { traceparent: ({ runId, key, attempt }: CallOf) => `${runId} ${key} ${attempt}` }]) {
      const { chat, asked } = setUp([delta({ content: 'x' }, 'stop')], 200, {}, traceContext)
      await chat()
      expect(asked[0]!.request.headers.traceparent).toBe(traceContext && 'run_1 outer[3].inner 2')
    }
  })

  it('hands on text as it comes, however it is cut, and fills route and usage', async () => {
    const whole = delta({ role: 'assistant', content: '' }) + delta({ content: 'Grüß' }) + delta({ content: ' Gott' }, 'stop') + usage + data('[DONE]')
    const bytes = Buffer.from(whole)
    for (const size of [1, 7, 1_000]) {
      const cut: string[] = []
      for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size).toString('latin1'))
      const { chat, texts } = setUp(size === 1_000 ? [whole] : [])
      if (size === 1_000) {
        const reply = await chat()
        expect(reply).toEqual({
          text: 'Grüß Gott', finishReason: 'stop', usage: { promptTokens: 20, completionTokens: 3, cachedTokens: 16 },
          route: { instance: 'http://i0', model: 'first', policy: 'p', reason: 'prefix', simulated: true, queueMs: 5, prefillMs: 20, decodeMs: 0, promptTokens: 20, cachedTokens: 16, completionTokens: 3 },
        })
        expect(texts).toEqual(['Grüß', ' Gott'])
      }
    }
  })

  it('collects tool calls from their pieces', async () => {
    const call = (given: unknown, finish: string | null = null) => delta({ tool_calls: [given] }, finish)
    const { chat, bodyOf } = setUp([call({ index: 0, id: 'c1', function: { name: 'find', arguments: '{"q":' } }), call({ index: 0, function: { arguments: '"a"}' } }), call({ index: 1, id: 'c2', function: { name: 'now', arguments: '' } }, 'tool_calls'), usage])
    const reply = await chat({ tools: [{ name: 'find', description: 'd', parameters: {} }] })
    expect(reply.toolCalls).toEqual([{ id: 'c1', name: 'find', arguments: { q: 'a' } }, { id: 'c2', name: 'now', arguments: {} }])
    expect(bodyOf()['tools']).toEqual([{ type: 'function', function: { name: 'find', description: 'd', parameters: {} } }])
  })

  it('parses structured output, and refuses what is not JSON', async () => {
    const schema = { type: 'object' }
    const good = setUp([delta({ content: '{"a":1}' }, 'stop')])
    expect((await good.chat({ responseSchema: schema })).json).toEqual({ a: 1 })
    expect(good.bodyOf()['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } })
    await expect(setUp([delta({ content: '{"a":' }, 'length')]).chat({ responseSchema: schema })).rejects.toMatchObject({ code: 'BAD_STRUCTURED_OUTPUT', retryable: true })
  })

  it.each([
    ['400', 400, JSON.stringify({ error: { message: 'too long', type: 'BadRequestError', code: 400 } }), { code: 'BAD_MODEL_REQUEST', retryable: false, message: 'too long' }],
    ['404', 404, JSON.stringify({ error: { message: 'no', code: 'model_not_found' } }), { code: 'MODEL_NOT_FOUND', retryable: false }],
    ['429', 429, '', { code: 'TOO_MANY_REQUESTS', retryable: true }],
    ['503', 503, JSON.stringify({ error: { message: 'none', code: 'NO_INSTANCE' } }), { code: 'NO_INSTANCE', retryable: true }],
    ['500 in HTML', 500, '<html>', { code: 'INSTANCE_FAILED', retryable: true }],
  ])('maps %s', async (_name, status, body, expected) => {
    const error: unknown = await setUp([body], status).chat().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ModelCallFailed)
    expect(error).toMatchObject(expected)
  })

  it('tells how long a server wants to be left alone', async () => {
    await expect(setUp([''], 429, { 'retry-after': '7' }).chat()).rejects.toMatchObject({ retryable: true, retryAfterMs: 7_000 })
  })

  it.each([
    ['an error event', [delta({ content: 'a' }), data({ error: { message: 'boom' } })], 'ANSWER_BROKEN'],
    ['garbage', ['data: <html>\n\n'], 'BAD_ANSWER'],
    ['an event of another kind', [data({ choices: 'x' })], 'BAD_ANSWER'],
    ['an end too early', [delta({ content: 'a' })], 'ANSWER_CUT_OFF'],
    ['a broken connection', [delta({ content: 'a' }), new Error('gone')], 'INSTANCE_FAILED'],
  ])('%s is a failure worth another attempt', async (_name, pieces, code) => {
    await expect(setUp(pieces).chat()).rejects.toMatchObject({ code, retryable: true })
  })

  it('an abort rejects with its reason, and a failure frees the instance', async () => {
    const reader = new AbortController()
    reader.abort(new Error('stopped'))
    await expect(setUp([]).chat({}, reader.signal)).rejects.toThrow('stopped')
    const { chat, asked } = setUp(['data: <html>\n\n', 'data: 1\n\n'])
    await chat().catch(() => undefined)
    expect(asked[0]?.signal.aborted).toBe(true)
  })
})
