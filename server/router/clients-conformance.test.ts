import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { embedMany, generateText, Output, streamText, tool } from 'ai'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createRandomIds } from '../adapters/system/random-ids'
import { createSystemClock } from '../adapters/system/system-clock'
import { createInstanceClient } from '../adapters/vllm/create-instance-client'
import { startSimFleet } from '../fleet-sim/sim-fleet'
import { createRouter, type Router } from './create-router'
import { createRouterHandler } from './router-http'

let fleet: Awaited<ReturnType<typeof startSimFleet>>
let router: Router
let server: Server
let baseURL: string
const MODEL = 'heddle-sim-8b'

beforeAll(async () => {
  fleet = await startSimFleet({ instances: 2, port: 0, timeScale: 200 })
  router = createRouter({ clients: fleet.urls.map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock: createSystemClock(), ids: createRandomIds(), log: () => undefined })
  const handle = createRouterHandler(router)
  server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await router.stop()
  await fleet.close()
})

/** Whatever ends a call, nothing stays open. */
async function nothingOpen(): Promise<void> {
  while (router.fleet().instances.some((one) => one.inFlight > 0)) await new Promise((resolve) => setTimeout(resolve, 5))
  while (!fleet.instances.every(({ runner }) => runner.engine.idle)) await new Promise((resolve) => setTimeout(resolve, 5))
}
const Weather = z.object({ city: z.string(), degrees: z.number() })

describe('LangChain, unchanged', () => {
  const chat = (more: object = {}) => new ChatOpenAI({ model: MODEL, apiKey: 'none', maxRetries: 0, maxTokens: 60, configuration: { baseURL }, ...more })

  test('invokes, with usage', async () => {
    const answer = await chat().invoke('What is a heddle?')
    expect(String(answer.content).length).toBeGreaterThan(10)
    expect(answer.usage_metadata?.output_tokens).toBeGreaterThan(0)
  })

  test('streams, with usage', async () => {
    let text = ''
    let output = 0
    for await (const chunk of await chat({ streamUsage: true }).stream('What is a heddle?')) {
      text += String(chunk.content)
      output += chunk.usage_metadata?.output_tokens ?? 0
    }
    expect(text.length).toBeGreaterThan(10)
    expect(output).toBeGreaterThan(0)
  })

  test('calls tools', async () => {
    const answer = await chat().bindTools([{ type: 'function', function: { name: 'get_weather', description: 'The weather in a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }], { tool_choice: 'required' }).invoke('How is the weather in Seoul?')
    expect(answer.tool_calls?.[0]).toMatchObject({ name: 'get_weather', args: { city: expect.any(String) as string } })
  })

  test('gives structured output', async () => {
    const answer = await chat({ maxTokens: 400 }).withStructuredOutput(Weather, { method: 'jsonSchema' }).invoke('How is the weather in Seoul?')
    expect(Weather.safeParse(answer).success).toBe(true)
  })

  test('sends a batch', async () => {
    const answers = await chat().batch(['One', 'Two', 'Three'])
    expect(answers.map((one) => String(one.content).length > 0)).toEqual([true, true, true])
  })

  test('carries workflow data in the body', async () => {
    await chat({ modelKwargs: { workflow_metadata: { workflow_id: 'langchain', agent_id: 'a' } } }).invoke('Hello')
    const status = (await (await fetch(`${baseURL}/workflows/langchain/status`)).json()) as { total_requests: number; active_agents: unknown }
    expect(status.total_requests).toBe(1)
  })

  test('embeds', async () => {
    const vectors = await new OpenAIEmbeddings({ model: MODEL, apiKey: 'none', configuration: { baseURL } }).embedDocuments(['one', 'two'])
    expect(vectors.map((vector) => vector.length > 0)).toEqual([true, true])
  })

  test('an abort frees the engine, an unknown model is an error', async () => {
    const leave = new AbortController()
    const stream = await chat({ maxTokens: 20_000, modelKwargs: { ignore_eos: true } }).stream('A very long story', { signal: leave.signal })
    await expect((async () => {
      for await (const chunk of stream) if (chunk.content !== '') leave.abort()
    })()).rejects.toThrow()
    await nothingOpen()
    await expect(chat({ model: 'gpt-9' }).invoke('Hello')).rejects.toThrow(/does not exist/)
  })
})

describe('the AI SDK, unchanged', () => {
  const provider = () => createOpenAICompatible({ name: 'heddle', baseURL, includeUsage: true, supportsStructuredOutputs: true })
  const model = () => provider()(MODEL)

  test('generates text, with usage', async () => {
    const { text, usage, finishReason } = await generateText({ model: model(), prompt: 'What is a heddle?', maxOutputTokens: 60, maxRetries: 0 })
    expect(text.length).toBeGreaterThan(10)
    expect(usage.outputTokens).toBeGreaterThan(0)
    expect(['stop', 'length']).toContain(finishReason)
  })

  test('streams text, with usage', async () => {
    const result = streamText({ model: model(), prompt: 'What is a heddle?', maxOutputTokens: 60, maxRetries: 0 })
    let text = ''
    for await (const part of result.textStream) text += part
    expect(text.length).toBeGreaterThan(10)
    expect((await result.usage).inputTokens).toBeGreaterThan(0)
  })

  test('calls tools', async () => {
    const { toolCalls } = await generateText({
      model: model(), prompt: 'How is the weather in Seoul?', toolChoice: 'required', maxRetries: 0,
      tools: { get_weather: tool({ description: 'The weather in a city', inputSchema: z.object({ city: z.string() }) }) },
    })
    expect(toolCalls[0]).toMatchObject({ toolName: 'get_weather', input: { city: expect.any(String) as string } })
  })

  test('gives structured output', async () => {
    const { output } = await generateText({ model: model(), prompt: 'How is the weather in Seoul?', maxRetries: 0, output: Output.object({ schema: Weather }) })
    expect(Weather.safeParse(output).success).toBe(true)
  })

  test('embeds', async () => {
    const { embeddings } = await embedMany({ model: provider().embeddingModel(MODEL), values: ['one', 'two'], maxRetries: 0 })
    expect(embeddings).toHaveLength(2)
  })

  test('an abort frees the engine, an unknown model is an error', async () => {
    const leave = new AbortController()
    const result = streamText({ model: model(), prompt: 'A very long story', maxOutputTokens: 20_000, maxRetries: 0, abortSignal: leave.signal, providerOptions: { heddle: { ignore_eos: true } }, onError: () => undefined })
    for await (const part of result.textStream) if (part !== '') leave.abort()
    await nothingOpen()
    await expect(generateText({ model: provider()('gpt-9'), prompt: 'Hello', maxRetries: 0 })).rejects.toThrow(/does not exist/)
  })
})
