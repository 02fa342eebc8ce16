import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogEntry } from '../ports/log-store'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { createRouter } from './create-router'
import { createRouterHandler } from './router-http'
import { scriptedInstance } from './scripted-instance'

let server: Server
let base: string
let clock: ReturnType<typeof createManualClock>
let instance: ReturnType<typeof scriptedInstance>
let lines: LogEntry[]

beforeEach(async () => {
  clock = createManualClock(1_700_000_000_000)
  lines = []
  instance = scriptedInstance('i0')
  const handle = createRouterHandler(createRouter({ clients: [instance], clock, ids: createSeededIds(), log: (entry) => void lines.push(entry) }))
  server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/workflows`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

type Reply = { status: number; retryAfter: string | null; body: Record<string, unknown> & { error?: { code: string } } }
async function call(method: string, path: string, body?: unknown): Promise<Reply> {
  const reply = await fetch(base + path, { method, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
  return { status: reply.status, retryAfter: reply.headers.get('retry-after'), body: (await reply.json()) as Reply['body'] }
}
const send = (payload: unknown, more: object = {}) => call('POST', '/w1/messages', { source_agent: 'a', target_agent: 'b', payload, ...more })
const read = (query = '?timeout=0') => call('GET', `/w1/agents/b/messages${query}`)
const settle = async () => { for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve)) }

describe('messages', () => {
  it('arrive in order, once, in the shapes of the contract', async () => {
    expect(await send({ n: 1 })).toMatchObject({ status: 200, body: { message_id: expect.stringContaining('msg') as unknown, status: 'sent', timestamp: 1_700_000_000 } })
    await send({ n: 2 }, { message_type: 'query' })
    expect((await read('?timeout=0&max_messages=1')).body).toEqual({ messages: [{ id: expect.any(String) as unknown, source: 'a', type: 'data', payload: { n: 1 }, timestamp: 1_700_000_000 }], count: 1, has_more: true })
    expect((await read()).body).toMatchObject({ messages: [{ type: 'query', payload: { n: 2 } }], count: 1, has_more: false })
    expect((await read()).body).toEqual({ messages: [], count: 0, has_more: false })
  })

  it('are logged as messages, without what they carry', async () => {
    await send({ token: 'zebra' }, { message_type: 'query' })
    await read()
    const messages = lines.filter((line) => line.category === 'message')
    expect(messages.map((line) => [line.level, typeof line.message === 'function' ? line.message() : line.message])).toEqual([['INFO', 'a sent b a query'], ['DEBUG', 'b received 1']])
    expect(JSON.stringify(messages.map((line) => (typeof line.data === 'function' ? line.data() : line.data)))).not.toContain('zebra')
  })

  it('are waited for, also where there is no queue yet', async () => {
    const waiting = read('?timeout=5')
    await settle()
    await send({ late: true })
    expect((await waiting).body).toMatchObject({ count: 1 })
    const vain = read('?timeout=5')
    await settle()
    clock.advance(5_000)
    expect((await vain).body).toMatchObject({ count: 0 })
  })

  it('expire, and are never delivered then', async () => {
    await send({}, { ttl: 2 })
    clock.advance(2_000)
    expect((await read()).body).toMatchObject({ count: 0 })
    expect((await call('GET', '/stats')).body.message_queue).toMatchObject({ total_messages_expired: 1, total_pending_messages: 0 })
  })

  it('read with ack=manual come back unless they are acknowledged', async () => {
    await send({ n: 1 })
    await send({ n: 2 })
    const { body } = await read('?timeout=0&ack=manual')
    const ids = (body.messages as { id: string }[]).map((message) => message.id)
    expect((await read()).body.count).toBe(0)
    expect((await call('POST', '/w1/agents/b/messages/ack', { ids: [ids[0]] })).body).toEqual({ acknowledged: 1 })
    clock.advance(30_000)
    expect((await read()).body).toMatchObject({ messages: [{ payload: { n: 2 } }], count: 1 })
  })

  it.each([
    ['a malformed id', () => call('POST', '/w%201/messages', {}), 400],
    ['a body that is not JSON', () => call('POST', '/w1/messages', '{'), 422],
    ['a field too many', () => send({}, { extra: 1 }), 422],
    ['a ttl of a week', () => send({}, { ttl: 604_800 }), 422],
    ['a wait of an hour', () => read('?timeout=3600'), 422],
    ['a payload over 1 MiB', () => send({ text: 'x'.repeat(1024 * 1024) }), 413],
    ['an unknown workflow', () => call('GET', '/none/status'), 404],
    ['an unknown place', () => call('GET', '/w1/nothing'), 404],
  ])('%s is refused', async (_what, ask, status) => {
    const reply = await ask()
    expect(reply.status).toBe(status)
    expect(reply.body.error?.code).toEqual(expect.any(String))
  })

  it('a full queue says when to come back', async () => {
    for (let n = 0; n < 1_000; n++) await send({ n })
    expect(await send({})).toMatchObject({ status: 503, retryAfter: '1', body: { error: { code: 'QUEUE_FULL' } } })
  })
})

describe('the registry', () => {
  const chat = (workflow: string, agent: string) => fetch(`${base.replace('/workflows', '')}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'm', messages: [], workflow_metadata: { workflow_id: workflow, agent_id: agent } }) }).then((reply) => reply.text())

  it('counts what engines report, per workflow and in all', async () => {
    await chat('w1', 'a')
    await chat('w1', 'b')
    expect((await call('GET', '/w1/status')).body).toEqual({
      workflow_id: 'w1', created_at: 1_700_000_000, last_updated: 1_700_000_000, active_agents: 2, total_requests: 2, cache_hits: 2, cache_hit_rate: 1, assigned_instance: 'http://i0',
      cached_tokens: 8, prompt_tokens: 20, instances: [{ url: 'http://i0', requests: 2, cached_tokens: 8 }],
    })
    expect((await call('GET', '/stats')).body).toMatchObject({ workflow_routing: { total_requests: 2, cache_hits: 2 }, workflow_manager: { total_workflows_created: 1, active_workflows: 1, total_agents: 2, instance_distribution: { 'http://i0': 1 } } })
  })

  it('forgets after an hour without a call, or at once when told', async () => {
    await chat('w1', 'a')
    await chat('w2', 'a')
    expect((await call('DELETE', '/w2')).status).toBe(200)
    expect((await call('GET', '/w2/status')).status).toBe(404)
    clock.advance(3_600_000)
    expect((await call('GET', '/w1/status')).status).toBe(404)
    expect((await call('GET', '/stats')).body.workflow_manager).toMatchObject({ total_workflows_expired: 1, active_workflows: 0 })
  })
})
