import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BatchAnswer, BatchLine, type BatchResult } from '@/wire/batch'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import type { Dispatch, DispatchReply, DispatchRequest } from '../ports/instance-client'
import { createBatches } from './answer-batch'
import { createRouter } from './create-router'
import { createRouterHandler } from './router-http'
import { jsonReply, scriptedInstance, textOf } from './scripted-instance'

type Asked = { body: Record<string, unknown>; path: string; headers: DispatchRequest['headers']; signal: AbortSignal; answer: (reply: DispatchReply) => void }
const ok = (text: string, extra: Record<string, unknown> = {}) => jsonReply({ choices: [{ message: { content: text } }], usage: { prompt_tokens: 10, completion_tokens: 2 }, ...extra })
const refusal = (status: number, retryAfter?: string): DispatchReply => {
  const reply = jsonReply({ error: { message: `no ${status}`, type: 't', param: null, code: 'SOME_CODE' } }, status)
  return { ...reply, headers: { ...reply.headers, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) } }
}
const settle = async (): Promise<void> => { for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve)) }

/** `automatic` left out: the test answers. */
function setUp(automatic?: (body: Record<string, unknown>, attempt: number) => DispatchReply) {
  const clock = createManualClock()
  const asked: Asked[] = []
  const reader = new AbortController()
  const dispatch: Dispatch = ({ body, path, headers }, signal) =>
    new Promise((resolve, reject) => {
      const given = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      asked.push({ body: given, path, headers, signal, answer: resolve })
      if (automatic) resolve(automatic(given, asked.filter((one) => JSON.stringify(one.body) === JSON.stringify(given)).length))
    })
  const batches = createBatches({ dispatch, clock, ids: createSeededIds() })
  const call = (body: unknown, headers: Record<string, string> = {}) => batches({ headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }, 'req-1', reader.signal)
  const whole = async (body: unknown) => {
    const reply = await call(body)
    if ('refusal' in reply) throw new Error(reply.refusal.message)
    return BatchAnswer.parse(JSON.parse(await textOf(reply.body)))
  }
  return { clock, asked, reader, call, whole }
}
const textIn = ({ response }: BatchResult) => (response?.body as { choices: { message: { content: string } }[] } | undefined)?.choices[0]?.message.content

describe('a batch', () => {
  it('asks for all, no more at once than it may, and answers in order', async () => {
    const { whole, asked } = setUp()
    const answer = whole({ prompts: ['a', 'b', [{ role: 'user', content: 'c' }], 'd'], defaults: { model: 'm', max_tokens: 5 }, concurrency: 2 })
    await settle()
    expect(asked).toHaveLength(2)
    asked[1]!.answer(ok('B'))
    await settle()
    asked[2]!.answer(ok('C'))
    await settle()
    asked[3]!.answer(ok('D'))
    asked[0]!.answer(ok('A'))
    const { data, counts, usage } = await answer
    expect(data.map((one) => [one.index, one.custom_id, textIn(one), one.attempts])).toEqual([[0, '0', 'A', 1], [1, '1', 'B', 1], [2, '2', 'C', 1], [3, '3', 'D', 1]])
    expect([counts, usage]).toEqual([{ total: 4, completed: 4, failed: 0 }, { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 }])
    expect(asked[2]!.body).toEqual({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'c' }] })
  })

  it('takes lines as OpenAI\'s batch files have them, each with its id, its endpoint and the caller\'s key', async () => {
    const { call, asked } = setUp(() => ok('x'))
    const reply = await call({ requests: [{ custom_id: 'one', method: 'POST', url: '/v1/chat/completions', body: { model: 'm' } }, { url: '/v1/embeddings', body: { input: 'x' } }] }, { authorization: 'Bearer k' })
    const { data } = BatchAnswer.parse(JSON.parse(await textOf((reply as DispatchReply).body)))
    expect(data.map((one) => one.custom_id)).toEqual(['one', '1'])
    expect(asked.map((one) => [one.path, one.headers['authorization'], one.headers['x-request-id']])).toEqual([['/v1/chat/completions', 'Bearer k', 'req-1-0'], ['/v1/embeddings', 'Bearer k', 'req-1-1']])
  })

  it('tells what failed, alone and with its reason', async () => {
    const { whole } = setUp(({ n }) => (n === 1 ? refusal(400) : n === 2 ? jsonReply('x') : ok('fine')))
    const { data, counts } = await whole({ requests: [0, 1, 3].map((n) => ({ body: { n } })) })
    expect(counts).toEqual({ total: 3, completed: 2, failed: 1 })
    expect(data[1]).toEqual({ index: 1, custom_id: '1', response: null, error: { status_code: 400, code: 'SOME_CODE', message: 'no 400' }, attempts: 1 })
  })

  it('waits as long as it was told, then tries again, as often as it may', async () => {
    const { whole, clock, asked } = setUp((_body, attempt) => (attempt < 3 ? refusal(429, '20') : ok('late')))
    const answer = whole({ prompts: ['a'], attempts: 3 })
    await settle()
    clock.advance(19_999)
    await settle()
    expect(asked).toHaveLength(1)
    for (let i = 0; i < 2; i++) {
      clock.advance(25_000)
      await settle()
    }
    expect((await answer).data[0]).toMatchObject({ attempts: 3, error: null })

    const other = setUp(() => refusal(503))
    const failed = other.whole({ prompts: ['a'], attempts: 2 })
    await settle()
    other.clock.advance(60_000)
    expect((await failed).data[0]).toMatchObject({ attempts: 2, error: { status_code: 503 } })
  })

  it('ends in its time, with what it has', async () => {
    const { whole, clock, asked } = setUp()
    const answer = whole({ prompts: ['a', 'b', 'c'], concurrency: 2, timeout: 30 })
    await settle()
    asked[0]!.answer(ok('A'))
    await settle()
    clock.advance(30_000)
    const { data, counts } = await answer
    expect(counts).toEqual({ total: 3, completed: 1, failed: 2 })
    expect(data[2]!.error).toMatchObject({ code: 'BATCH_TIMEOUT' })
    expect(asked.every((one) => one.signal.aborted)).toBe(true)
    expect(clock.waiting()).toEqual([])
  })

  it('streams a line as soon as those before it are there, and holds no more than its window', async () => {
    const { call, asked } = setUp()
    const reply = (await call({ prompts: ['a', 'b', 'c', 'd', 'e', 'f'], concurrency: 1, stream: true })) as DispatchReply
    expect(reply.headers['content-type']).toBe('application/x-ndjson')
    const lines = reply.body[Symbol.asyncIterator]()
    const first = lines.next()
    await settle()
    asked[0]!.answer(ok('A'))
    expect(textIn(BatchLine.parse(JSON.parse(Buffer.from((await first).value as Uint8Array).toString())) as BatchResult)).toBe('A')
    for (let i = 1; i < 6; i++) {
      asked[i]?.answer(ok('x'))
      await settle()
    }
    expect(asked).toHaveLength(3)
    await lines.return?.(undefined)
    await settle()
    expect(asked.every((one, index) => index < 3 || one.signal.aborted)).toBe(true)
  })

  it('ends with its reader', async () => {
    const { whole, asked, reader, clock } = setUp()
    const answer = whole({ prompts: ['a', 'b', 'c'], concurrency: 2 })
    await settle()
    reader.abort(new Error('The reader left'))
    await expect(answer).rejects.toThrow('The reader left')
    await settle()
    expect([asked.length, asked.every((one) => one.signal.aborted), clock.waiting()]).toEqual([2, true, []])
  })

  it.each([
    ['{', 'JSON'], [{}, 'either requests or prompts'], [{ prompts: [] }, 'prompts'], [{ prompts: ['a'], requests: [{ body: {} }] }, 'either'], [{ prompts: ['a'], other: 1 }, 'other'],
    [{ requests: [{ custom_id: '1', body: {} }, { body: {} }] }, 'custom_id'], [{ prompts: ['a'], concurrency: 65 }, 'concurrency'], [{ requests: [{ url: '/v1/files', body: {} }] }, 'url'], [{ prompts: ['a'], defaults: { stream: true } }, 'may not stream'],
  ])('refuses %j as a whole', async (body, words) => {
    const { call, asked } = setUp()
    const reply = await call(body)
    expect(reply).toMatchObject({ refusal: { status: 400, message: expect.stringContaining(words) as unknown } })
    expect(asked).toEqual([])
  })

  it('gives one result a call, in order, whatever each of them does', async () => {
    const fate = fc.constantFrom('ok', 'refused', 'busy', 'garbage', 'throws', 'busy-once')
    await fc.assert(fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 64 }), fc.boolean(), async (fates, concurrency, stream) => {
      let active = 0
      let most = 0
      const tries = new Map<number, number>()
      const clock = { now: () => 0, wakeAt: (at: number, wake: () => void) => (at < 100_000 ? (setImmediate(wake), () => undefined) : () => undefined) }
      const dispatch: Dispatch = async ({ body }) => {
        const { n } = JSON.parse(Buffer.from(body).toString()) as { n: number }
        tries.set(n, (tries.get(n) ?? 0) + 1)
        most = Math.max(most, ++active)
        await new Promise((resolve) => setImmediate(resolve))
        active -= 1
        const what = fates[n]!
        if (what === 'throws') throw new Error('gone')
        if (what === 'garbage') return { status: 200, headers: {}, body: (async function* () { await Promise.resolve(); yield Buffer.from('<html>') })() }
        return what === 'refused' ? refusal(404) : what === 'busy' || (what === 'busy-once' && tries.get(n) === 1) ? refusal(429, '0') : ok('x')
      }
      const reply = (await createBatches({ dispatch, clock, ids: createSeededIds() })({ headers: {}, body: Buffer.from(JSON.stringify({ requests: fates.map((_, n) => ({ body: { n } })), concurrency, stream, attempts: 2 })) }, 'r', new AbortController().signal)) as DispatchReply
      const text = await textOf(reply.body)
      const data = stream ? text.trim().split('\n').slice(0, -1).map((line) => JSON.parse(line) as BatchResult) : BatchAnswer.parse(JSON.parse(text)).data
      expect(data.map((one) => one.index)).toEqual(fates.map((_, n) => n))
      expect(data.map((one) => one.error === null)).toEqual(fates.map((what) => what === 'ok' || what === 'busy-once'))
      expect(most).toBeLessThanOrEqual(concurrency)
      fates.forEach((what, n) => expect(tries.get(n)).toBe(what.startsWith('busy') ? 2 : 1))
    }), { numRuns: 60 })
  })
})

describe('POST /v1/batch', () => {
  it('goes through the limits of single calls, and leaves nothing at the instance when its reader leaves', async () => {
    const clock = createManualClock()
    const instance = scriptedInstance('i0')
    const router = createRouter({ clients: [instance], clock, ids: createSeededIds(), log: () => undefined })
    router.setLimits({ models: [{ name: 'm', requestsPerMinute: 2, tokensPerMinute: null }], keys: [] })
    const handle = createRouterHandler(router)
    const server = createServer((request, response) => void handle(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/batch`
    const ask = (body: object, signal?: AbortSignal) => fetch(url, { method: 'POST', body: JSON.stringify(body), ...(signal && { signal }) })
    try {
      const { data } = BatchAnswer.parse(await (await ask({ prompts: ['a', 'b', 'c'], defaults: { model: 'm' }, attempts: 1 })).json())
      expect(data.map((one) => one.error?.code ?? one.response?.instance)).toEqual(['i0', 'i0', 'rate_limit_exceeded'])
      expect(await router.metricsText()).toContain('heddle_router_batch_calls_total{outcome="failed"} 1')
      expect([(await fetch(url)).status, (await ask({})).status]).toEqual([405, 400])

      router.setLimits({ models: [], keys: [] })
      instance.answer = (_request, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))
      const leave = new AbortController()
      const left = ask({ prompts: ['a', 'b', 'c'], defaults: { model: 'm' }, stream: true }, leave.signal).then((reply) => reply.text())
      await expect.poll(() => router.fleet().instances[0]!.inFlight).toBe(3)
      leave.abort()
      await expect(left).rejects.toThrow()
      await expect.poll(() => router.fleet().instances[0]!.inFlight).toBe(0)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
