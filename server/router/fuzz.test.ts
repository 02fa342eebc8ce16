import fc from 'fast-check'
import { createServer, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createRandomIds } from '../adapters/system/random-ids'
import { createSystemClock } from '../adapters/system/system-clock'
import { createInstanceClient } from '../adapters/vllm/create-instance-client'
import { startSimFleet } from '../fleet-sim/sim-fleet'
import { createRouter } from './create-router'
import { createRouterHandler } from './router-http'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** @param urls instances; an answer that never comes is given up after 300 ms */
async function routerOver(urls: readonly string[]) {
  const clients = urls.map((url, index) => createInstanceClient({ id: `i${index}`, url, firstByteMs: 300, idleMs: 300, connectMs: 300 }))
  const router = createRouter({ clients, clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, settings: { maxBodyBytes: 1_000_000 } })
  const handle = createRouterHandler(router)
  const server: Server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => router.stop(), () => (server.closeAllConnections(), server.close()))
  const { port } = server.address() as AddressInfo
  return {
    router, port, base: `http://127.0.0.1:${port}`,
    inFlight: () => router.fleet().instances.map((one) => one.inFlight),
    async settled(): Promise<void> {
      while (router.fleet().instances.some((one) => one.inFlight > 0) || router.fleet().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}
const GOOD = { model: 'heddle-sim-8b', messages: [{ role: 'user', content: 'hello' }], max_tokens: 3 }

describe('bodies', () => {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(null, -1, 1e308, '__proto__', { __proto__: null, constructor: 1 }, '\u0000', [[[[[]]]]]))
  const field = fc.constantFrom('model', 'messages', 'max_tokens', 'stream', 'tools', 'prompt', 'workflow_metadata', 'cache_salt', 'temperature', 'priority', 'n', 'stop', 'response_format', 'stream_options')
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.jsonValue({ maxDepth: 4 }).map((value) => Buffer.from(JSON.stringify(value))),
    fc.array(fc.tuple(field, odd), { maxLength: 4 }).map((changes) => Buffer.from(JSON.stringify({ ...GOOD, ...Object.fromEntries(changes) }))),
    fc.nat(60).map((cut) => Buffer.from(JSON.stringify(GOOD)).subarray(0, cut)),
    fc.array(fc.tuple(fc.constantFrom('workflow_id', 'agent_id', 'workflow_priority', 'context_sharing_strategy', 'plan', 'metadata', 'extra'), odd), { maxLength: 3 }).map((changes) => Buffer.from(JSON.stringify({ ...GOOD, workflow_metadata: Object.fromEntries(changes) }))),
  )
  const path = fc.constantFrom('/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/tokenize', '/detokenize', '/v1/workflows/a/messages', '/v1/workflows/%E0/agents/x/messages', '/v1/models/%', '/v1/nothing')

  test('whatever a client sends, it gets an answer that is not the server\'s fault, and nothing stays open', async () => {
    const fleet = await startSimFleet({ instances: 2, port: 0, timeScale: 5_000 })
    stops.push(() => fleet.close())
    const { base, settled, router } = await routerOver(fleet.urls)
    await fc.assert(fc.asyncProperty(path, fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE'), body, async (where, method, bytes) => {
      const reply = await fetch(base + where, { method, ...(method !== 'GET' && { body: bytes, headers: { 'content-type': 'application/json' } }), signal: AbortSignal.timeout(10_000) })
      const text = await reply.text()
      expect(reply.status, text).toBeLessThan(500)
      if (reply.status >= 400 && where.startsWith('/v1/') && !where.includes('workflows')) expect(JSON.parse(text)).toMatchObject({ error: { message: expect.any(String) as string } })
    }), { numRuns: 400 })
    await settled()
    expect(router.fleet().instances.map((one) => [one.inFlight, one.breaker])).toEqual([[0, 'closed'], [0, 'closed']])
    expect((await fetch(`${base}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(GOOD) })).status).toBe(200)
  })

  test.each([100, 6_000, 100_000])('a body nested %i deep', async (depth) => {
    const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 5_000 })
    stops.push(() => fleet.close())
    const { base } = await routerOver(fleet.urls)
    for (const part of ['messages', 'prompt', 'tools', 'workflow_metadata', 'model']) {
      const reply = await fetch(`${base}/v1/chat/completions`, { method: 'POST', body: `{"${part}":${'['.repeat(depth)}${']'.repeat(depth)}}` })
      expect([part, reply.status]).toEqual([part, 400])
    }
  })

  test('requests that break off leave nothing behind', async () => {
    const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 1_000 })
    stops.push(() => fleet.close())
    const { port, base, settled } = await routerOver(fleet.urls)
    const whole = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${JSON.stringify(GOOD).length}\r\n\r\n${JSON.stringify(GOOD)}`
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: whole.length }), async (cut) => {
      const socket = connect(port, '127.0.0.1')
      await new Promise<void>((resolve) => socket.write(whole.slice(0, cut), () => resolve()))
      socket.destroy()
    }), { numRuns: 100 })
    await settled()
    expect((await fetch(`${base}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(GOOD) })).status).toBe(200)
  })
})

/** What an instance may do instead of answering, after its probes were answered. */
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const faults: Record<string, (socket: Socket) => void> = {
  'dies before headers': (socket) => socket.destroy(),
  'dies in the headers': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-'),
  'dies after the headers': (socket) => socket.end(OK),
  'dies in a chunk': (socket) => socket.end(`${OK}ff\r\ndata: {"a"`),
  'half an event, then the end': (socket) => socket.end(`${OK}9\r\ndata: {"a\r\n0\r\n\r\n`),
  'stalls before headers': () => undefined,
  'stalls after headers': (socket) => socket.write(OK),
  'stalls in an event': (socket) => socket.write(`${OK}8\r\ndata: {"\r\n`),
  'no HTTP at all': (socket) => socket.end('\u0000\u0001garbage\r\n\r\n'),
  'a length too long': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{}'),
  'a chunk size that is none': (socket) => socket.end(`${OK}zz\r\nx`),
  'a 500 whose body never ends': (socket) => socket.write('HTTP/1.1 500 No\r\ncontent-length: 100000\r\n\r\n{'),
  'a redirect': (socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n'),
  'a 1xx for ever': (socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(10)),
  'headers without end': (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}`),
}

async function hostile(fault: (socket: Socket) => void): Promise<string> {
  const json = (value: unknown): string => {
    const text = JSON.stringify(value)
    return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`
  }
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      const head = data.toString('latin1')
      if (head.startsWith('GET /health')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      else if (head.startsWith('GET /v1/models')) socket.write(json({ data: [{ id: 'heddle-sim-8b' }] }))
      else if (head.startsWith('GET')) socket.write(json({ version: '0' }))
      else if (head.startsWith('POST')) fault(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => (sockets.forEach((socket) => socket.destroy()), server.close()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('instances', () => {
  test.each(Object.entries(faults))('one that %s: the caller gets an answer or an end, and a good one beside it serves', async (_name, fault) => {
    const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 1_000 })
    stops.push(() => fleet.close())
    const { base, settled, inFlight } = await routerOver([await hostile(fault), ...fleet.urls])
    const ask = async (content: string): Promise<string> => {
      try {
        const reply = await fetch(`${base}/v1/chat/completions`, { method: 'POST', body: JSON.stringify({ ...GOOD, messages: [{ role: 'user', content }], stream: true }), redirect: 'manual', signal: AbortSignal.timeout(15_000) })
        const text = await reply.text()
        return text.includes('[DONE]') ? 'whole' : text.includes('"error"') ? 'error' : String(reply.status)
      } catch (error) {
        return error instanceof Error && error.name === 'TimeoutError' ? 'hangs' : 'closed'
      }
    }
    const outcomes = [...(await Promise.all(['a', 'b', 'c', 'd'].map(ask))), ...(await Promise.all(['e', 'f'].map(ask)))]
    expect(outcomes).not.toContain('hangs')
    expect(outcomes).toContain('whole')
    await settled()
    expect(inFlight()).toEqual([0, 0])
  })

  test('alone, each of them is told to the caller', async () => {
    for (const [name, fault] of Object.entries(faults)) {
      const { base, settled } = await routerOver([await hostile(fault)])
      const reply = await fetch(`${base}/v1/chat/completions`, { method: 'POST', body: JSON.stringify({ ...GOOD, stream: true }), redirect: 'manual', signal: AbortSignal.timeout(15_000) }).then(async (one) => `${one.status} ${await one.text()}`).catch((error: unknown) => String(error))
      expect(`${name}: ${reply.slice(0, 100)}`).toMatch(/error|302|500|fetch failed|terminated/)
      await settled()
    }
  })
})
