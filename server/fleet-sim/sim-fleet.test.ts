import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startSimFleet, type FleetOptions, type SimFleet } from './sim-fleet'

const fleets: SimFleet[] = []
async function start(options: Partial<FleetOptions> = {}): Promise<{ url: string; fleet: SimFleet }> {
  const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 500, ...options })
  fleets.push(fleet)
  return { url: fleet.urls[0] as string, fleet }
}
const stopAll = async (): Promise<void> => void (await Promise.all(fleets.splice(0).map((fleet) => fleet.close())))
afterEach(stopAll)
afterAll(stopAll)

const post = (url: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body), ...(signal ? { signal } : {}) })
const chat = (url: string, body: object, signal?: AbortSignal): Promise<Response> =>
  post(`${url}/v1/chat/completions`, { messages: [{ role: 'user', content: 'How does prefix caching work?' }], ...body }, signal)

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are read as a foreign client would
const json = async (response: Response): Promise<Json> => (await response.json()) as Json
async function chunksOf(response: Response): Promise<(Json | '[DONE]')[]> {
  const text = await response.text()
  return text.split('\n\n').filter(Boolean).map((line) => {
    expect(line.startsWith('data: ')).toBe(true)
    const data = line.slice(6)
    return data === '[DONE]' ? data : (JSON.parse(data) as Json)
  })
}
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1])
}
async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('simulated fleet over HTTP', () => {
  it('says that it is simulated, on every response', async () => {
    const { url } = await start()
    for (const path of ['/health', '/version', '/load', '/ping', '/v1/models', '/metrics', '/nowhere']) {
      expect((await fetch(url + path)).headers.get('x-heddle-simulated')).toBe('1')
    }
    expect(await json(await fetch(`${url}/version`))).toEqual({ version: '0.32.0-heddle-sim' })
    expect(await json(await fetch(`${url}/load`))).toEqual({ server_load: 0 })
    expect((await json(await fetch(`${url}/v1/models`))).data[0]).toMatchObject({ id: 'heddle-sim-8b', object: 'model', owned_by: 'vllm', parent: null, max_model_len: 32768 })
    expect((await fetch(`${url}/nowhere`)).status).toBe(404)
  })

  it('answers whole, with cached tokens that grow on a repeated prompt', async () => {
    const { url } = await start()
    const body = { messages: [{ role: 'system', content: 'You are a planner. '.repeat(20) }, { role: 'user', content: 'Plan a trip to Busan.' }] }
    const first = await json(await chat(url, body))
    expect(first).toMatchObject({ object: 'chat.completion', model: 'heddle-sim-8b', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }] })
    expect(first.usage.total_tokens).toBe(first.usage.prompt_tokens + first.usage.completion_tokens)
    expect(first.usage.prompt_tokens_details.cached_tokens).toBe(0)
    const second = await json(await chat(url, body))
    expect(second.usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(first.usage.prompt_tokens - 33)
    expect(second.choices).toEqual(first.choices)
    const salted = await json(await chat(url, { ...body, cache_salt: 'other' }))
    expect(salted.usage.prompt_tokens_details.cached_tokens).toBe(0)
  })

  it('streams role, deltas, finish, usage, [DONE]', async () => {
    const { url } = await start()
    const response = await chat(url, { stream: true, stream_options: { include_usage: true } })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const chunks = await chunksOf(response)
    expect(chunks.at(-1)).toBe('[DONE]')
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' })
    expect(chunks.at(-2)).toMatchObject({ choices: [], usage: { completion_tokens: chunks.length - 4 } })
    expect(chunks.at(-3).choices[0]).toMatchObject({ finish_reason: 'stop' })
    expect(chunks.slice(0, -3).every((chunk) => chunk.choices[0].finish_reason === null && chunk.usage === undefined)).toBe(true)
    const whole = await json(await chat(url, {}))
    expect(chunks.slice(1, -2).map((chunk) => chunk.choices[0].delta.content).join('')).toBe(whole.choices[0].message.content)
    expect(await chunksOf(await chat(url, { stream: true }))).toHaveLength(chunks.length - 1)
  })

  it('keeps to max_tokens, stop, n, ignore_eos and the request id', async () => {
    const { url } = await start()
    const short = await json(await chat(url, { max_tokens: 5, request_id: 'mine' }))
    expect(short).toMatchObject({ id: 'chatcmpl-mine', choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 5 } })
    expect((await json(await chat(url, { max_tokens: 400, ignore_eos: true }))).usage.completion_tokens).toBe(400)
    expect((await json(await chat(url, { stop: ['.'] }))).choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: '.' })
    const three = await json(await chat(url, { n: 3 }))
    expect(three.choices.map((choice: Json) => choice.index)).toEqual([0, 1, 2])
    expect(new Set(three.choices.map((choice: Json) => choice.message.content)).size).toBeGreaterThan(1)
  })

  it('completions: text, token ids, echo, stream', async () => {
    const { url } = await start()
    const { tokens } = await json(await post(`${url}/tokenize`, { prompt: 'Once upon a time' }))
    const whole = await json(await post(`${url}/v1/completions`, { prompt: ['Once upon a time', 'Why?'], echo: true }))
    expect(whole.object).toBe('text_completion')
    expect(whole.choices).toHaveLength(2)
    expect(whole.choices[0].text.startsWith('Once upon a time')).toBe(true)
    expect(whole.usage.completion_tokens).toBe(32)
    const chunks = await chunksOf(await post(`${url}/v1/completions`, { prompt: tokens, stream: true }))
    expect('Once upon a time' + chunks.slice(0, -1).map((chunk) => chunk.choices[0].text).join('')).toBe(whole.choices[0].text)
  })

  it('tells the tokens of a completion where asked, streamed or whole: they are in its cache', async () => {
    const { url } = await start()
    const prompt = Array.from({ length: 64 }, (_, index) => 300 + index)
    const body = { prompt, max_tokens: 64, min_tokens: 64, ignore_eos: true, return_token_ids: true }
    const whole = await json(await post(`${url}/v1/completions`, body))
    const said = (await chunksOf(await post(`${url}/v1/completions`, { ...body, stream: true }))).flatMap((chunk) => (chunk === '[DONE]' ? [] : (chunk.choices[0].token_ids ?? [])))
    expect(said).toHaveLength(64)
    expect(whole.choices[0].token_ids).toEqual(said)
    const next = await json(await post(`${url}/v1/completions`, { ...body, prompt: [...prompt, ...said, 300] }))
    expect(next.usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(64 + 32)
  })

  it('embeddings: unit vectors, near for near texts', async () => {
    const { url } = await start()
    const answer = await json(await post(`${url}/v1/embeddings`, { input: ['heat pumps in Norway', 'heat pumps in Sweden', 'a cat sleeps'] }))
    const [one, two, three] = answer.data.map((item: Json) => item.embedding as number[])
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
    expect(dot(one, one)).toBeCloseTo(1)
    expect(dot(one, two)).toBeGreaterThan(dot(one, three))
    expect(answer.usage.prompt_tokens).toBeGreaterThan(5)
  })

  it('tokenize and detokenize are inverse', async () => {
    const { url } = await start()
    const prompt = 'Heddle weaves 여러 에이전트를 엮습니다.\n'
    const { tokens, count, max_model_len } = await json(await post(`${url}/tokenize`, { model: 'heddle-sim-8b', prompt }))
    expect([count, max_model_len]).toEqual([tokens.length, 32768])
    expect(await json(await post(`${url}/detokenize`, { tokens }))).toEqual({ prompt })
    const chatTokens = await json(await post(`${url}/tokenize`, { messages: [{ role: 'user', content: 'How does prefix caching work?' }] }))
    expect(chatTokens.count).toBe((await json(await chat(url, {}))).usage.prompt_tokens)
  })

  it.each([
    ['no such model', { model: 'other' }, 404, 'NotFoundError'],
    ['no messages', { messages: [] }, 400, 'BadRequestError'],
    ['a bad type', { temperature: 'hot' }, 400, 'BadRequestError'],
    ['too long together', { max_tokens: 40_000 }, 400, 'BadRequestError'],
    ['too long a prompt', { messages: [{ role: 'user', content: 'word '.repeat(40_000) }] }, 400, 'BadRequestError'],
    ['priority under fcfs', { priority: 1 }, 400, 'BadRequestError'],
    ['a bad salt', { cache_salt: 'a/b' }, 400, 'BadRequestError'],
    ['required without tools', { tool_choice: 'required' }, 400, 'BadRequestError'],
  ])('refuses %s', async (_, body, status, type) => {
    const { url } = await start()
    const response = await chat(url, body)
    expect(response.status).toBe(status)
    expect(await json(response)).toMatchObject({ error: { type, code: status, message: expect.any(String) as string } })
  })

  it('offers no longer context than fits the KV cache', async () => {
    const { url } = await start({ engine: { kvTokens: 1_000 } })
    expect((await json(await fetch(`${url}/v1/models`))).data[0].max_model_len).toBe(992)
    expect((await chat(url, { max_tokens: 985 })).status).toBe(400)
  })

  it('refuses what is not JSON, and takes a priority under that policy', async () => {
    const { url } = await start({ engine: { policy: 'priority' } })
    expect((await post(`${url}/v1/chat/completions`, '{"messages": [')).status).toBe(400)
    expect((await chat(url, { priority: -3, max_tokens: 2 })).status).toBe(200)
  })

  it('structured output fits the schema, by each of its spellings', async () => {
    const { url } = await start()
    const schema = {
      type: 'object',
      properties: { decision: { type: 'string', enum: ['approve', 'reject'] }, items: { type: 'array', minItems: 2, items: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] } } },
      required: ['decision', 'items'],
    } as const
    const validator = z.fromJSONSchema(schema as unknown as Parameters<typeof z.fromJSONSchema>[0])
    for (const body of [{ response_format: { type: 'json_schema', json_schema: { name: 'plan', schema } } }, { structured_outputs: { json: schema } }, { guided_json: JSON.stringify(schema) }]) {
      const answer = await json(await chat(url, body))
      expect(validator.parse(JSON.parse(answer.choices[0].message.content))).toMatchObject({ decision: 'approve' })
    }
    expect((await json(await chat(url, { guided_choice: ['no', 'yes'] }))).choices[0].message.content).toBe('yes')
    expect(JSON.parse((await json(await chat(url, { response_format: { type: 'json_object' } }))).choices[0].message.content)).toHaveProperty('answer')
  })

  it('calls a tool, then answers with its result', async () => {
    const { url } = await start()
    const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 7 } }, required: ['city'] }
    const tools = [
      { type: 'function', function: { name: 'send_mail', description: 'sends a mail', parameters: {} } },
      { type: 'function', function: { name: 'get_weather', description: 'the weather of a city', parameters } },
    ]
    const user = { role: 'user', content: 'What is the weather in Seoul?' }
    const first = await json(await chat(url, { messages: [user], tools }))
    const [call] = first.choices[0].message.tool_calls
    expect(first.choices[0].finish_reason).toBe('tool_calls')
    expect(call.function.name).toBe('get_weather')
    expect(JSON.parse(call.function.arguments)).toMatchObject({ city: expect.any(String) as string })
    const after = await json(await chat(url, { messages: [user, first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '21 degrees' }], tools }))
    expect(after.choices[0].finish_reason).toBe('stop')
    expect(after.choices[0].message.content).toContain('21 degrees')
    const named = await json(await chat(url, { messages: [user], tools, tool_choice: { type: 'function', function: { name: 'send_mail' } } }))
    expect(named.choices[0].message.tool_calls[0].function.name).toBe('send_mail')

    const chunks = (await chunksOf(await chat(url, { messages: [user], tools, stream: true }))).slice(0, -1)
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: null })
    expect(chunks[1].choices[0].delta.tool_calls[0]).toMatchObject({ index: 0, id: call.id, type: 'function', function: { name: 'get_weather', arguments: '' } })
    expect(chunks.slice(2, -1).map((chunk) => chunk.choices[0].delta.tool_calls[0].function.arguments).join('')).toBe(call.function.arguments)
    expect(chunks.at(-1).choices[0].finish_reason).toBe('tool_calls')
  })

  it('frees the blocks of a client that leaves', async () => {
    const { url, fleet } = await start({ timeScale: 1 })
    const controller = new AbortController()
    const response = await chat(url, { stream: true, ignore_eos: true, max_tokens: 20_000 }, controller.signal)
    await response.body?.getReader().read()
    expect(await metric(url, 'vllm:num_requests_running')).toBe(1)
    expect(await json(await fetch(`${url}/load`))).toEqual({ server_load: 1 })
    controller.abort()
    await until(async () => (await metric(url, 'vllm:num_requests_running')) === 0)
    expect(fleet.instances[0]?.runner.engine.cache.heldBlocks).toBe(0)
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/finished_reason="abort"\} 1\.0/)
    expect(await json(await fetch(`${url}/load`))).toEqual({ server_load: 0 })
  })

  it('fails as told: at once, or after some tokens', async () => {
    const early = await start({ failRate: 1 })
    const refused = await chat(early.url, {})
    expect(refused.status).toBe(500)
    expect((await json(refused)).error.type).toBe('InternalServerError')
    const late = await start({ failRate: 1, failAfterTokens: 3 })
    const chunks = await chunksOf(await chat(late.url, { stream: true }))
    expect(chunks.slice(-2)).toMatchObject([{ error: { code: 500 } }, '[DONE]'])
    expect(chunks).toHaveLength(6)
    expect(late.fleet.instances[0]?.runner.engine.idle).toBe(true)
    expect((await chat(late.url, {})).status).toBe(500)
  })

  it('serves metrics that a Prometheus reader takes', async () => {
    const { url } = await start()
    await chat(url, {})
    await chat(url, { max_tokens: 2 })
    const text = await (await fetch(`${url}/metrics`)).text()
    const samples = text.split('\n').filter((line) => line && !line.startsWith('#'))
    for (const line of samples) expect(line).toMatch(/^[a-z_:0-9]+\{engine="0",model_name="heddle-sim-8b"[^}]*\} -?[\d.e+-]+$/)
    for (const name of ['time_to_first_token', 'inter_token_latency', 'e2e_request_latency', 'request_queue_time', 'request_prefill_time', 'request_decode_time']) {
      const buckets = samples.filter((line) => line.startsWith(`vllm:${name}_seconds_bucket`)).map((line) => Number(line.split(' ').at(-1)))
      expect(buckets, name).toEqual([...buckets].sort((a, b) => a - b))
      expect(await metric(url, `vllm:${name}_seconds_count`)).toBe(buckets.at(-1))
    }
    expect(await metric(url, 'vllm:time_to_first_token_seconds_count')).toBe(2)
    expect(text).toMatch(/finished_reason="stop"\} 1\.0/)
    expect(text).toMatch(/finished_reason="length"\} 1\.0/)
    expect(text).toMatch(/cache_config_info\{[^}]*block_size="16"[^}]*num_gpu_blocks="12500"/)
  })

  it('gives the same answers on every instance of a seed, others under another', async () => {
    const content = async (url: string): Promise<string> => (await json(await chat(url, {}))).choices[0].message.content as string
    const { fleet } = await start({ instances: 2, seed: 7 })
    const { url: other } = await start({ seed: 8 })
    const [one, two] = fleet.urls as [string, string]
    expect(await content(one)).toBe(await content(two))
    expect(await content(one)).not.toBe(await content(other))
  })
})
