/** What drifts, leaks or hangs where nobody looks: counts that do not come back to zero, listeners and maps that stay. */
import { getEventListeners, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createFlow } from '@/domain/route/flow'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import type { InstanceReply } from '../ports/instance-client'
import { createAgentMessages } from './agent-messages'
import { createRouter } from './create-router'
import { createRouterHandler } from './router-http'
import { eventReply, jsonReply, scriptedInstance, textOf } from './scripted-instance'
import { createWorkflowRegistry } from './workflow-registry'

const CHAT = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'hello' }] }
/** More than half of the KV cache that is assumed where no server says: two of them do not run at once. */
const large = (letter: string) => ({ ...CHAT, messages: [{ role: 'user', content: letter.repeat(480_000) }] })
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function setUp(count = 1) {
  const clock = createManualClock()
  const instances = Array.from({ length: count }, (_, index) => scriptedInstance(`i${index}`))
  const router = createRouter({ clients: instances, clock, ids: createSeededIds(), log: () => undefined, scheduler: (fleet) => createFlow(fleet) })
  const call = (body: object, { signal = new AbortController().signal, headers = {} }: { signal?: AbortSignal; headers?: Record<string, string> } = {}) =>
    router.dispatch({ path: '/v1/chat/completions', headers, body: Buffer.from(JSON.stringify(body)) }, signal)
  const inFlight = () => router.fleet().instances.map((one) => one.inFlight)
  const queued = async () => Number(/heddle_router_waiting (\d+)/.exec(await router.metricsText())?.[1])
  return { clock, instances, first: instances[0]!, router, call, inFlight, queued }
}
const turns = async () => { for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve)) }

async function served(router: ReturnType<typeof createRouter>): Promise<{ port: number; dial: () => Promise<Socket> }> {
  const handle = createRouterHandler(router)
  const server = createServer((request, response) => void handle(request, response))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    dial: async () => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    },
  }
}
const posted = (body: object): string => {
  const text = JSON.stringify(body)
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

describe('calls that carry the same X-Request-Id', () => {
  it('wait side by side, and each gets its answer', async () => {
    const { first, call, inFlight, queued } = setUp()
    const open: (() => void)[] = []
    first.answer = () => new Promise<InstanceReply>((resolve) => open.push(() => resolve(jsonReply({}))))
    const headers = { 'x-request-id': 'the-same' }
    const calls = ['a', 'b', 'c'].map((letter) => call(large(letter), { headers }))
    for (let index = 0; index < calls.length; index++) {
      await turns()
      expect(await queued()).toBe(calls.length - 1 - index)
      open[index]?.()
      await textOf((await calls[index]!).body)
    }
    expect([inFlight(), await queued()]).toEqual([[0], 0])
  })
})

describe('a reader that leaves', () => {
  it('before its place is found again after a fault, does not stay in the queue', async () => {
    const { instances, call, inFlight, queued } = setUp(2)
    const reader = new AbortController()
    let ended: (() => void) | undefined
    // The first one to be asked fails with a body whose end comes only once the reader has left.
    for (const one of instances) one.answer = () => {
      if (ended) return new Promise<InstanceReply>(() => undefined)
      const end = new Promise<string>((resolve) => { ended = () => resolve('late') })
      return { ...eventReply([' ', end]), status: 500 }
    }
    const failing = call(large('a'), { signal: reader.signal })
    await turns()
    void call(large('b')).catch(() => undefined)
    await turns()
    reader.abort(new Error('left'))
    ended?.()
    await expect(failing).rejects.toThrow('left')
    expect([inFlight().reduce((a, b) => a + b, 0), await queued()]).toEqual([1, 0])
  })

  it('with two requests on one connection, gives both places back', async () => {
    const { first, router, inFlight } = setUp()
    first.answer = () => eventReply(['data: 1\n\n', new Promise<string>(() => undefined)])
    const { dial } = await served(router)
    const socket = await dial()
    socket.write(posted(CHAT) + posted(CHAT))
    await expect.poll(inFlight).toEqual([2])
    socket.destroy()
    await expect.poll(inFlight).toEqual([0])
  })
})

describe('listeners', () => {
  it('none stays on a signal that many calls share', async () => {
    const { call, first } = setUp()
    const run = new AbortController()
    for (let index = 0; index < 50; index++) {
      first.answer = () => (index % 3 === 0 ? eventReply(['data: 1\n\n', new Error('broke')]) : index % 3 === 1 ? jsonReply({}, 400) : jsonReply({}))
      await textOf((await call(CHAT, { signal: run.signal })).body)
    }
    expect(getEventListeners(run.signal, 'abort')).toHaveLength(0)
  })

  it('none stays on a connection that many requests share', async () => {
    const { router } = setUp()
    const sockets: Socket[] = []
    const { dial } = await served(router)
    servers.at(-1)!.on('connection', (socket: Socket) => sockets.push(socket))
    const socket = await dial()
    socket.write(posted(CHAT))
    await once(socket, 'data')
    const after = sockets[0]!.listenerCount('close')
    for (let index = 0; index < 20; index++) {
      socket.write(posted(CHAT))
      await once(socket, 'data')
    }
    expect(sockets[0]!.listenerCount('close')).toBe(after)
    socket.destroy()
  })
})

describe('a slow reader', () => {
  it('slows the instance instead of filling memory, and frees it by leaving', async () => {
    const { first, router, inFlight } = setUp()
    let taken = 0
    let closed = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          await Promise.resolve()
          taken += 65_536
          yield Buffer.alloc(65_536, 0x78)
        }
      } finally {
        closed = true
      }
    }
    first.answer = () => ({ status: 200, headers: { 'content-type': 'application/octet-stream' }, body: endless() })
    const { dial } = await served(router)
    const socket = await dial()
    socket.pause()
    socket.write(posted(CHAT))
    await expect.poll(async () => {
      const before = taken
      await turns()
      return before > 0 && taken === before
    }).toBe(true)
    // What the kernel's buffers of both ends take, far from what such an instance could send.
    expect(taken).toBeLessThan(64 * 1024 * 1024)
    expect(inFlight()).toEqual([1])
    socket.destroy()
    await expect.poll(inFlight).toEqual([0])
    await expect.poll(() => closed).toBe(true)
  })
})

describe('an instance that never ends its error', () => {
  it('is given up after a while, and another answers', async () => {
    const { clock, instances, call, inFlight } = setUp(2)
    let failing: string | undefined
    for (const one of instances) one.answer = () => {
      failing ??= one.id
      return failing === one.id ? { ...eventReply([' ', new Promise<string>(() => undefined)]), status: 500 } : jsonReply({ ok: true })
    }
    const answer = call(CHAT)
    await turns()
    expect(inFlight().toSorted()).toEqual([0, 1])
    clock.advance(10_000)
    const reply = await answer
    expect([reply.status, reply.route?.attempts, await textOf(reply.body)]).toEqual([200, 2, '{"ok":true}'])
    expect(inFlight()).toEqual([0, 0])
  })
})

describe('what is kept of workflows', () => {
  it('is bounded for one that names always new agents', () => {
    const registry = createWorkflowRegistry({ clock: createManualClock() })
    for (let index = 0; index < 20_000; index++) registry.touch('w', `agent_${index}`)
    expect(registry.find('w')?.agents.size).toBeLessThanOrEqual(1_000)
  })

  it('messages that have expired unread make room for others', () => {
    const clock = createManualClock()
    const messages = createAgentMessages({ clock, ids: createSeededIds(), maxQueues: 3 })
    const send = (to: string) => messages.send('w', { to, from: 'a', type: 'data', payload: {}, ttlMs: 1_000 })
    for (const to of ['b', 'c', 'd']) expect(send(to)).not.toBe('full')
    expect(send('e')).toBe('full')
    clock.advance(2_000)
    expect(send('e')).not.toBe('full')
    expect(messages.stats()).toMatchObject({ queues: 1, expired: 3, pending: 1 })
  })
})
