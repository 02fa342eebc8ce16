import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createEgressHttpClient } from '@/server/adapters/http/egress-http-client'
import type { HttpClient } from '@/server/ports/http-client'
import { spanIdOf, traceIdOf, traceparentOf, type TraceContext } from '@/server/ports/trace-context'
import { listMcpTools } from './attempt/mcp-session'
import { createWorld, graphOf, settle } from './engine-world.suite'

/** What came in, as the server's own code saw it. */
const seen: { authorization: string | undefined; key: unknown; args: unknown }[] = []
/** Which spans its calls came from: what stands in the message, and in the request around it. */
const traced: { message: unknown; request: unknown }[] = []
const sessions = new Map<string, StreamableHTTPServerTransport>()
/** Calls of the slow tool by their key, until they are answered. */
const slow = new Map<string, { promise: Promise<string>; resolve: (text: string) => void }>()
/** Answers plain JSON instead of an event stream, and keeps no sessions. */
let stateless = false
let server: Server
let url: string
const client = createEgressHttpClient({ allow: ['127.0.0.1'] })

/** A server of the official SDK, as anybody would write it. */
function weatherServer(): McpServer {
  const mcp = new McpServer({ name: 'weather', version: '1.0.0' })
  mcp.registerTool('forecast', { description: 'The weather of a city', inputSchema: { city: z.string(), days: z.number().int() }, outputSchema: { city: z.string(), degrees: z.array(z.number()) } }, (args, { _meta, requestInfo }) => {
    seen.push({ authorization: requestInfo?.headers['authorization'] as string | undefined, key: _meta?.['heddle/idempotencyKey'], args })
    traced.push({ message: _meta?.['traceparent'], request: requestInfo?.headers['traceparent'] })
    const value = { city: args.city, degrees: Array.from({ length: args.days }, (_, day) => 20 + day) }
    return { content: [{ type: 'text', text: `It stays mild in ${args.city}` }, { type: 'text', text: 'so far' }], structuredContent: value }
  })
  mcp.registerTool('slow', { description: 'Answers when it is let' }, async ({ _meta }) => {
    seen.push({ authorization: undefined, key: _meta?.['heddle/idempotencyKey'], args: undefined })
    const key = String(_meta?.['heddle/idempotencyKey'])
    // As a server does that heeds the key: the second call of one gets what the first came to.
    let asked = slow.get(key)
    if (!asked) {
      let resolve: (text: string) => void = () => undefined
      const promise = new Promise<string>((settle) => (resolve = settle))
      slow.set(key, (asked = { promise, resolve }))
    }
    return { content: [{ type: 'text', text: await asked.promise }] }
  })
  mcp.registerTool('broken', { description: 'Always fails' }, () => ({ isError: true, content: [{ type: 'text', text: 'the barometer fell' }] }))
  return mcp
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const id = request.headers['mcp-session-id']
      let transport = typeof id === 'string' ? sessions.get(id) : undefined
      if (!transport) {
        const made: StreamableHTTPServerTransport = new StreamableHTTPServerTransport(stateless ? { sessionIdGenerator: undefined, enableJsonResponse: true } : { sessionIdGenerator: () => randomUUID(), onsessioninitialized: (session) => void sessions.set(session, made), onsessionclosed: (session) => void sessions.delete(session) })
        // The SDK's own types are not written for exactOptionalPropertyTypes.
        await weatherServer().connect(made as Parameters<McpServer['connect']>[0])
        transport = made
      }
      await transport.handleRequest(request, response)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await client.close()
})

async function ran(config: Record<string, unknown>, input: object = { city: 'Seoul' }, http: HttpClient = client, traceContext?: TraceContext) {
  const world = createWorld(traceContext && { traceContext })
  world.answers.http = (request, signal) => http.send(request, signal)
  const run = await world.begin(graphOf({ in: ['input'], m: ['mcp', { url, retry: { maxAttempts: 1 }, ...config }] }, 'in -> m'), input as never)
  await expect.poll(async () => (await settle(), (await world.state(run)).status)).toMatch(/completed|failed/)
  return { run, state: await world.state(run) }
}

describe.each([['an event stream and a session', false], ['plain JSON and none', true]])('a tool of a real MCP server that answers with %s', (_name, plain) => {
  test('is called with the arguments of the step, and gives its texts and its value', async () => {
    stateless = plain
    seen.length = 0
    const { run, state } = await ran({ tool: 'forecast', input: '{"city": input.city, "days": 2}', headers: { authorization: 'Bearer {{ input.city }}' } })
    expect(state.error).toBeUndefined()
    expect(state.steps.m).toMatchObject({ state: { kind: 'completed', output: { text: 'It stays mild in Seoul\nso far', structured: { city: 'Seoul', degrees: [20, 21] }, content: [{ type: 'text' }, { type: 'text' }] } }, input: { url, tool: 'forecast', arguments: { city: 'Seoul', days: 2 }, headers: ['authorization'] } })
    expect(seen).toEqual([{ authorization: 'Bearer Seoul', key: `${run}/m`, args: { city: 'Seoul', days: 2 } }])
    await expect.poll(() => sessions.size).toBe(0)
  })

  test('is told the span of the call, in the message and in the request', async () => {
    stateless = plain
    traced.length = 0
    const { run } = await ran({ tool: 'forecast' }, { city: 'Busan', days: 1 }, client, { traceparent: (of) => traceparentOf(of, true) })
    const traceparent = `00-${traceIdOf(run)}-${spanIdOf(run, 'm', 1)}-01`
    expect(traced).toEqual([{ message: traceparent, request: traceparent }])
  })

  test('takes JSON from a template, and what arrives where nothing is said', async () => {
    stateless = plain
    expect((await ran({ tool: 'forecast', input: '{"city": {{ input.city | json }}, "days": 1}' })).state.status).toBe('completed')
    expect((await ran({ tool: 'forecast' }, { city: 'Busan', days: 3 })).state.steps.m).toMatchObject({ state: { output: { structured: { degrees: [20, 21, 22] } } } })
  })

  test.each([
    ['fails by itself', { tool: 'broken', input: '{}' }, 'MCP_TOOL_FAILED', 'the barometer fell'],
    ['gets arguments that it refuses', { tool: 'forecast', input: '{"city": 1}' }, /MCP_/, 'city'],
    ['gets arguments that are no object', { tool: 'forecast', input: '[1]' }, 'ARGUMENTS_REFUSED', 'no object'],
  ])('a tool that %s fails the step with its words, and is not tried again', async (_case, config, code, words) => {
    stateless = plain
    const { state } = await ran({ ...config, retry: { maxAttempts: 3 } })
    expect(state.error).toMatchObject({ code: typeof code === 'string' ? code : (expect.stringMatching(code) as unknown), message: expect.stringContaining(words) as unknown, retryable: false })
    expect(state.steps.m?.attempts).toHaveLength(1)
  })
})

test.each([false, true])('a tool that is not there is told from those that are, the likest first (plain: %s)', async (plain) => {
  stateless = plain
  const { state } = await ran({ tool: 'forcast', input: '{}', retry: { maxAttempts: 3 } })
  expect(state.error).toMatchObject({ code: 'MCP_TOOL_UNKNOWN', message: expect.stringContaining('no tool forcast') as unknown, hint: expect.stringContaining('It has `forecast`, ') as unknown, retryable: false })
  expect(state.steps.m?.attempts).toHaveLength(1)
})

test('the tools of a server are listed, with what they take; what may not be reached is refused', async () => {
  stateless = false
  const list = (http: HttpClient) => listMcpTools({ http, clock: { now: () => 0 } }, { url, headers: {}, idempotencyKey: 'ask_1' }, AbortSignal.timeout(30_000))
  const tools = await list(client)
  expect(tools.map(({ name }) => name)).toEqual(['forecast', 'slow', 'broken'])
  expect(tools[0]).toMatchObject({ description: 'The weather of a city', inputSchema: { properties: { city: { type: 'string' } }, required: ['city', 'days'] } })
  await expect.poll(() => sessions.size).toBe(0)
  const guarded = createEgressHttpClient()
  await expect(list(guarded)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' })
  await guarded.close()
})

test('what HTTP steps may not reach, tools may not: a private address', async () => {
  const guarded = createEgressHttpClient()
  expect((await ran({ tool: 'forecast', input: '{}' }, {}, guarded)).state.error).toMatchObject({ code: 'EGRESS_REFUSED' })
  await guarded.close()
})

test('what HTTP steps may not reach, tools may not: not behind a redirect either', async () => {
  const reached: string[] = []
  const inner = createServer((request, response) => (reached.push(request.url ?? ''), response.end('{}')))
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve))
  const hidden = `http://127.0.0.1:${(inner.address() as AddressInfo).port}/mcp`
  const outer = createServer((_request, response) => response.writeHead(307, { location: hidden }).end())
  await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve))
  const port = (outer.address() as AddressInfo).port
  const guarded = createEgressHttpClient({ allow: [`127.0.0.1:${port}`] })
  expect((await ran({ url: `http://127.0.0.1:${port}/mcp`, tool: 'forecast', input: '{}' }, {}, guarded)).state.error).toMatchObject({ code: 'EGRESS_REFUSED', retryable: false })
  expect(reached).toEqual([])
  await guarded.close()
  for (const one of [inner, outer]) one.close()
})

test('killed in the middle of a call, it is made again with the same key, and its step completed once', async () => {
  stateless = false
  seen.length = 0
  const world = createWorld()
  world.answers.http = (request, signal) => client.send(request, signal)
  const run = await world.begin(graphOf({ in: ['input'], m: ['mcp', { url, tool: 'slow', retry: { maxAttempts: 1 } }] }, 'in -> m'), {})
  await expect.poll(() => seen.length).toBe(1)
  world.restart()
  void world.engine.start()
  await expect.poll(async () => (await settle(), seen.length)).toBe(2)
  expect(seen.map(({ key }) => key)).toEqual([`${run}/m`, `${run}/m`])
  slow.get(`${run}/m`)!.resolve('done once')
  await expect.poll(async () => (await settle(), (await world.state(run)).status)).toBe('completed')
  const events = await world.events(run)
  expect(events.filter(({ type }) => type === 'step.completed').length).toBe(2)
  // Nobody's fault, so it used up no try.
  expect((await world.state(run)).steps.m).toMatchObject({ state: { output: { text: 'done once' } }, attempts: [{ interrupted: true }, {}] })
})

test.each([
  ['is no MCP server', { status: 200, headers: {}, body: '<html>' }, false, 'no answer to initialize'],
  ['is overloaded', { status: 503, headers: { 'retry-after': '3' }, body: 'busy' }, true, 'answered 503'],
  ['wants a key', { status: 401, headers: {}, body: 'who are you' }, false, 'answered 401'],
])('a server that %s is told of', async (_case, reply, retryable, words) => {
  const { state } = await ran({ tool: 'x', input: '{}' }, {}, { send: () => Promise.resolve(reply as never) })
  expect(state.error).toMatchObject({ code: 'MCP_FAILED', message: expect.stringContaining(words) as unknown })
  if (reply.status >= 400) expect(state.error?.retryable).toBe(retryable)
})
