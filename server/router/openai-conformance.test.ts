import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI, { APIUserAbortError, BadRequestError, NotFoundError } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandomIds } from '../adapters/system/random-ids'
import { createSystemClock } from '../adapters/system/system-clock'
import { createInstanceClient } from '../adapters/vllm/create-instance-client'
import { startSimFleet } from '../fleet-sim/sim-fleet'
import { createRouter, type Router } from './create-router'
import { createRouterHandler } from './router-http'

let fleet: Awaited<ReturnType<typeof startSimFleet>>
/** One more instance, which a test may end. */
let doomed: Awaited<ReturnType<typeof startSimFleet>>
let router: Router
let server: Server
let client: OpenAI
const MODEL = 'heddle-sim-8b'
/** A long call then takes so long that no test comes too late to leave it. */
const TIME_SCALE = 20
/** Nothing but its own calls tells the router that an instance died. */
const NEVER_MS = 600_000

beforeAll(async () => {
  fleet = await startSimFleet({ instances: 2, port: 0, timeScale: TIME_SCALE })
  doomed = await startSimFleet({ instances: 1, port: 0, timeScale: TIME_SCALE })
  router = createRouter({ clients: [...doomed.urls, ...fleet.urls].map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, settings: { scrapeMs: NEVER_MS, probeMs: NEVER_MS } })
  const handle = createRouterHandler(router)
  server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The client as anybody has it: only the address is ours.
  client = new OpenAI({ baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, apiKey: 'none', maxRetries: 0 })
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await router.stop()
  await fleet.close()
})

const ask = (content: string) => [{ role: 'user' as const, content }]

/** A figure of all instances together, as they themselves say. */
async function figure(name: string, label = ''): Promise<number> {
  const texts = await Promise.all([...doomed.urls, ...fleet.urls].map(async (url) => (await fetch(`${url}/metrics`)).text()))
  const line = new RegExp(`^${name}(?:{[^}]*${label}[^}]*})? (\\S+)`, 'm')
  return texts.reduce((sum, text) => sum + Number(line.exec(text)?.[1]), 0)
}
const running = () => figure('vllm:num_requests_running')
const aborted = () => figure('vllm:request_success_total', 'finished_reason="abort"')
/** Would go on for long: only an abort ends it soon. */
const LONG = { model: MODEL, messages: ask('A very long story'), max_tokens: 20_000, ignore_eos: true }

describe('the official openai client, unchanged', () => {
  test('a wrong method is told what the address takes; a balancer may ask without the list', async () => {
    const url = `${client.baseURL}/models`
    const refused = await fetch(url, { method: 'PUT' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(await refused.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED', message: '/v1/models takes GET, HEAD, not PUT.' } })
    const looked = await fetch(url, { method: 'HEAD' })
    expect([looked.status, await looked.text()]).toEqual([200, ''])
    const asked = await fetch(`${client.baseURL}/chat/completions`)
    expect([asked.status, asked.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('lists models', async () => {
    expect((await client.models.list()).data.map((model) => model.id)).toEqual([MODEL])
    expect((await client.models.retrieve(MODEL)).id).toBe(MODEL)
  })

  test('chats', async () => {
    const answer = await client.chat.completions.create({ model: MODEL, messages: ask('What is a heddle?'), max_tokens: 40 })
    expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(10)
    expect(answer.usage?.total_tokens).toBe(answer.usage!.prompt_tokens + answer.usage!.completion_tokens)
  })

  test('streams, with usage at the end', async () => {
    const stream = await client.chat.completions.create({ model: MODEL, messages: ask('Tell me about looms'), max_tokens: 30, stream: true, stream_options: { include_usage: true } })
    let text = ''
    let chunks = 0
    let tokens: number | undefined
    for await (const chunk of stream) {
      chunks += 1
      text += chunk.choices[0]?.delta.content ?? ''
      tokens = chunk.usage?.completion_tokens ?? tokens
    }
    expect(text.length).toBeGreaterThan(10)
    expect(chunks).toBeGreaterThan(5)
    expect(tokens).toBe(30)
  })

  test('calls tools', async () => {
    const answer = await client.chat.completions.create({
      model: MODEL, messages: ask('What is the weather in Seoul?'), tool_choice: 'required',
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }],
    })
    const call = answer.choices[0]?.message.tool_calls?.[0]
    expect(call?.type === 'function' && call.function.name).toBe('get_weather')
    expect(call?.type === 'function' && typeof (JSON.parse(call.function.arguments) as { city: unknown }).city).toBe('string')
  })

  test('gets structured output', async () => {
    const schema = { type: 'object', properties: { verdict: { type: 'string', enum: ['yes', 'no'] }, points: { type: 'array', items: { type: 'string' }, minItems: 1 } }, required: ['verdict', 'points'], additionalProperties: false }
    const answer = await client.chat.completions.create({ model: MODEL, messages: ask('Shall we?'), response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema, strict: true } } })
    const value = JSON.parse(answer.choices[0]!.message.content!) as { verdict: string; points: string[] }
    expect(['yes', 'no']).toContain(value.verdict)
    expect(value.points.length).toBeGreaterThan(0)
  })

  test('completes and embeds', async () => {
    expect((await client.completions.create({ model: MODEL, prompt: 'Once upon a time', max_tokens: 8 })).choices[0]?.text.length).toBeGreaterThan(0)
    expect((await client.embeddings.create({ model: MODEL, input: 'loom' })).data[0]?.embedding.length).toBeGreaterThan(0)
  })

  test('an abort frees the instance', async () => {
    const leave = new AbortController()
    const stream = await client.chat.completions.create({ ...LONG, stream: true as const }, { signal: leave.signal })
    for await (const _ of stream) break
    leave.abort()
    await expect.poll(aborted).toBe(1)
    expect(await running()).toBe(0)
    expect(router.fleet().instances.map((instance) => instance.inFlight)).toEqual([0, 0, 0])
  })

  test('an abort before the first byte does so too', async () => {
    const leave = new AbortController()
    const call = client.chat.completions.create(LONG, { signal: leave.signal })
    await expect.poll(running).toBe(1)
    leave.abort()
    await expect(call).rejects.toBeInstanceOf(APIUserAbortError)
    await expect.poll(aborted).toBe(2)
    expect(await running()).toBe(0)
    expect(router.fleet().instances.map((instance) => instance.inFlight)).toEqual([0, 0, 0])
  })

  test('hears what it did wrong', async () => {
    await expect(client.chat.completions.create({ model: 'no-such-model', messages: ask('x') })).rejects.toBeInstanceOf(NotFoundError)
    await expect(client.chat.completions.create({ model: MODEL, messages: ask('x'), temperature: -1 })).rejects.toBeInstanceOf(BadRequestError)
    await expect(client.models.retrieve('nothing')).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe('the fleet behind it', () => {
  test('a long prompt that comes again goes where its prefix lies', async () => {
    const shared = 'The quarterly report of the weaving mill says the following. '.repeat(60)
    const send = (question: string) => client.chat.completions.create({ model: MODEL, messages: [{ role: 'system', content: shared }, ...ask(question)], max_tokens: 4 }).withResponse()
    const first = await send('How many looms?')
    const second = await send('How many weavers?')
    expect(second.response.headers.get('x-heddle-instance')).toBe(first.response.headers.get('x-heddle-instance'))
    expect(second.data.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(100)
  })

  test('calls of a run stay together, and its second call finds its prefix', async () => {
    const shared = 'All agents of this run read the minutes of the spinning room. '.repeat(40)
    const send = async (agent: string) => {
      const body = { model: MODEL, messages: [{ role: 'system' as const, content: shared }, ...ask(`Speak as ${agent}`)], max_tokens: 4, workflow_metadata: { workflow_id: 'run_conformance', agent_id: agent } }
      const { data, response } = await client.chat.completions.create(body).withResponse()
      return { instance: response.headers.get('x-heddle-instance'), cached: data.usage?.prompt_tokens_details?.cached_tokens ?? 0 }
    }
    const first = await send('spinner')
    // Others in between do not move it.
    await Promise.all(Array.from({ length: 5 }, (_, index) => client.chat.completions.create({ model: MODEL, messages: ask(`Something else ${index}`), max_tokens: 4 })))
    const second = await send('weaver')
    expect(second.instance).toBe(first.instance)
    expect(first.cached).toBe(0)
    expect(second.cached).toBeGreaterThan(100)
  })

  test('an instance that dies is left out, and nobody hears of it', async () => {
    const shared = 'This lies on the instance that is about to die, and nowhere else. '.repeat(40)
    const body = { model: MODEL, messages: [{ role: 'system' as const, content: shared }, ...ask('Go on')], max_tokens: 2 }
    // Until the doomed one holds the prefix: then the next such call has to try it first.
    const load = Array.from({ length: 3 }, (_, index) => ({ ...body, messages: [{ role: 'system' as const, content: `${index} ${shared}` }, ...ask('Go on')] }))
    const homes = await Promise.all(load.map(async (one) => (await client.chat.completions.create(one).withResponse()).response.headers.get('x-heddle-instance')))
    const lying = load[homes.indexOf('i0')]
    expect(lying).toBeDefined()
    expect(router.fleet().instances[0]?.health).toBe('healthy')
    await doomed.close()
    const { response } = await client.chat.completions.create(lying!).withResponse()
    expect(['i1', 'i2']).toContain(response.headers.get('x-heddle-instance'))
    // Not by luck: it was tried, and nobody heard of it.
    expect(await router.metricsText()).toContain('heddle_router_failovers_total{vllm_instance="i0",fault="connect"} 1')
    expect(router.fleet().instances.map((one) => one.health)).toEqual(['unhealthy', 'healthy', 'healthy'])
    // And it is left out from now on.
    const after = await Promise.all(Array.from({ length: 6 }, async (_, index) => (await client.chat.completions.create({ model: MODEL, messages: ask(`Question ${index}`), max_tokens: 2 }).withResponse()).response.headers.get('x-heddle-instance')))
    expect(new Set(after)).toEqual(new Set(['i1', 'i2']))
    expect(await router.metricsText()).toContain('heddle_router_failovers_total{vllm_instance="i0",fault="connect"} 1')
  })
})
