import { describe, expect, it } from 'vitest'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import type { DispatchReply } from '../ports/instance-client'
import { createRouter } from './create-router'
import { eventReply, jsonReply, scriptedInstance, textOf } from './scripted-instance'

const rate = (name: string, requestsPerMinute: number | null, tokensPerMinute: number | null = null) => ({ name, requestsPerMinute, tokensPerMinute })
const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hello' }], max_tokens: 50 }

function setUp({ models = [rate('m', 2)], keys = [] as ReturnType<typeof rate>[] } = {}) {
  const clock = createManualClock()
  const instance = scriptedInstance('i0')
  const router = createRouter({ clients: [instance], clock, ids: createSeededIds(), log: () => undefined, aliases: new Map([['other', 'm']]) })
  router.setLimits({ models, keys })
  const call = async (body: object = CHAT, headers: Record<string, string> = {}, path = '/v1/chat/completions') => {
    const reply = await router.dispatch({ path, headers, body: Buffer.from(JSON.stringify(body)) }, new AbortController().signal)
    return { reply, status: reply.status, text: await textOf(reply.body) }
  }
  const left = () => router.fleet().limits?.map(({ of, name, requests, tokens, refused }) => ({ of, name, refused, requests: requests?.left, tokens: tokens?.left }))
  return { clock, instance, router, call, left }
}
const statuses = async (calls: readonly (() => Promise<{ status: number }>)[]) => {
  const all: number[] = []
  for (const call of calls) all.push((await call()).status)
  return all
}
const code = (text: string) => (JSON.parse(text) as { error: { code: string; type: string; message: string } }).error
const headersOf = (reply: DispatchReply) => reply.headers['retry-after']

describe('a limit of a model', () => {
  it('answers 429 in the shape clients know, with the time after which it takes calls again', async () => {
    const { call, clock, instance } = setUp()
    expect(await statuses([call, call])).toEqual([200, 200])
    const { reply, status, text } = await call()
    expect([status, headersOf(reply), code(text).code, code(text).type]).toEqual([429, '30', 'rate_limit_exceeded', 'rate_limit_error'])
    expect(code(text).message).toContain('2 requests a minute')
    expect(instance.asked).toHaveLength(2)
    clock.advance(30_000)
    expect((await call()).status).toBe(200)
  })

  it('holds for its other names, and not for other models', async () => {
    const { call, instance } = setUp({ models: [rate('m', 1)] })
    instance.modelIds = ['m', 'n']
    expect(await statuses([call, () => call({ ...CHAT, model: 'other' }), () => call({ ...CHAT, model: 'n' })])).toEqual([200, 429, 200])
  })

  it('counts tokens as the engine did', async () => {
    const { call, left } = setUp({ models: [rate('m', null, 100)] })
    await call()
    expect(left()).toEqual([{ of: 'model', name: 'm', refused: 0, requests: undefined, tokens: 88 }])
  })

  it('gives back what a call did not use that no instance answered, or that an instance refused', async () => {
    const { call, left, instance } = setUp({ models: [rate('m', null, 100)] })
    instance.answer = () => jsonReply({ error: { message: 'no' } }, 400)
    await call()
    instance.answer = () => jsonReply({ error: { message: 'broken' } }, 500)
    await call()
    instance.up = false
    await call()
    expect(left()).toMatchObject([{ tokens: 100 }])
  })

  it('gives nothing back for a stream that reports no tokens', async () => {
    const { call, left, instance } = setUp({ models: [rate('m', null, 100)] })
    instance.answer = () => eventReply(['data: {"choices":[]}\n\n', 'data: [DONE]\n\n'])
    await call({ ...CHAT, stream: true })
    expect(left()![0]!.tokens).toBeLessThan(51)
  })

  it('takes no tokens for counting tokens', async () => {
    const { call, left } = setUp({ models: [rate('m', null, 100)] })
    await call({ model: 'm', prompt: 'x' }, {}, '/tokenize')
    expect(left()).toMatchObject([{ tokens: 88 }]) // What the scripted instance says it used.
  })
})

describe('a limit of a key', () => {
  it('keeps callers apart, by whichever header they name theirs, and shows none', async () => {
    const { call, left, router } = setUp({ models: [], keys: [rate('*', 1)] })
    const with_ = (headers: Record<string, string>) => () => call(CHAT, headers)
    expect(await statuses([with_({ authorization: 'Bearer sk-one' }), with_({ 'x-api-key': 'sk-one' }), with_({ authorization: 'Bearer sk-two' }), with_({}), with_({})])).toEqual([200, 429, 200, 200, 200])
    expect(left()).toMatchObject([{ of: 'key', refused: 1, requests: 0 }, { of: 'key', refused: 0, requests: 0 }])
    const shown = JSON.stringify(router.fleet()) + (await router.metricsText())
    expect(shown).not.toContain('sk-')
    expect(shown).toMatch(/heddle_router_rate_limited_total\{of="key",name="\*",kind="requests"\} 1/)
  })

  it('may have a line of its own, and so may calls without one', async () => {
    const { call, router } = setUp({ models: [], keys: [rate('no-key', 1), rate('key-456f1612bd25', 2), rate('*', 1)] })
    expect(await statuses([call, call])).toEqual([200, 429])
    const sk = () => call(CHAT, { authorization: 'Bearer sk-one' })
    expect(await statuses([sk, sk, sk])).toEqual([200, 200, 429])
    expect(await router.metricsText()).toContain('heddle_router_rate_limit_left{of="key",name="no-key",kind="requests"} 0')
  })

  it('makes no more series and shows no more keys than it may, whoever calls', async () => {
    const { call, router } = setUp({ models: [], keys: [rate('*', 1)] })
    for (let i = 0; i < 60; i++) await call(CHAT, { authorization: `Bearer k${i}` })
    expect(router.fleet().limits).toHaveLength(20)
    expect((await router.metricsText()).split('\n').filter((line) => line.startsWith('heddle_router_rate_limit'))).toEqual([])
  })
})
