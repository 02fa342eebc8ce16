import { describe, expect, it } from 'vitest'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { InstanceFailed, type DispatchReply } from '../ports/instance-client'
import { createRouter } from './create-router'
import { eventReply, jsonReply, scriptedInstance, textOf } from './scripted-instance'

function setUp(count = 2) {
  const clock = createManualClock()
  const instances = Array.from({ length: count }, (_, i) => scriptedInstance(`i${i}`))
  const router = createRouter({ clients: instances, clock, ids: createSeededIds(), log: () => undefined })
  const call = (body: unknown, { signal = new AbortController().signal, headers = {}, path = '/v1/chat/completions' } = {}) =>
    router.dispatch({ path, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }, signal)
  const inFlight = () => router.fleet().instances.map((one) => one.inFlight)
  const health = () => router.fleet().instances.map((one) => one.health)
  return { clock, instances, router, call, inFlight, health, first: instances[0]!, second: instances[1]! }
}
const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
const errorOf = async (reply: DispatchReply) => (JSON.parse(await textOf(reply.body)) as { error: { message: string; type: string; param: string | null; code: string } }).error
const settled = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve() }
describe('what goes upstream', () => {
  it('is the body as it came, byte for byte', async () => {
    const { call, first } = setUp(1)
    const odd = '{ "model":"m",\n "messages":[{"content":"h\\u00e9","role":"user"}], "seed": 12345678901234567890 }'
    await textOf((await call(odd)).body)
    expect(Buffer.from(first.asked[0]!.body!).toString()).toBe(odd)
  })

  it('is without workflow_metadata, keys and cookies', async () => {
    const { call, first } = setUp(1)
    await textOf((await call({ ...CHAT, workflow_metadata: { workflow_id: 'run_1' } }, { headers: { authorization: 'Bearer secret', cookie: 'a=b', traceparent: '00-1' } })).body)
    expect(JSON.parse(Buffer.from(first.asked[0]!.body!).toString())).toEqual(CHAT)
    expect(first.asked[0]!.headers).toEqual({ 'content-type': 'application/json', traceparent: '00-1', 'x-request-id': 'req_000001' })
  })
})

describe('what comes back', () => {
  it('names request, instance, policy and cached tokens', async () => {
    const reply = await setUp(1).call(CHAT, { headers: { 'x-request-id': 'mine-1' } })
    expect(reply.headers).toMatchObject({ 'x-request-id': 'mine-1', 'x-heddle-instance': 'i0', 'x-heddle-policy': 'flow', 'x-heddle-cached-tokens': '4' })
    expect(reply.route).toMatchObject({ instanceId: 'i0', url: 'http://i0', reason: 'spread', attempts: 1, cachedTokens: 4 })
  })

  it('makes an id in place of one that is not clean', async () => {
    const reply = await setUp(1).call(CHAT, { headers: { 'x-request-id': 'a b\n' } })
    expect(reply.headers['x-request-id']).toBe('req_000001')
  })

  it('a 4xx of the instance is its answer, not a fault', async () => {
    const { call, first, second, inFlight } = setUp()
    first.answer = second.answer = () => jsonReply({ error: { message: 'no', type: 'BadRequestError', param: null, code: 400 } }, 400)
    const reply = await call(CHAT)
    expect([reply.status, (await errorOf(reply)).message, first.asked.length + second.asked.length, inFlight()]).toEqual([400, 'no', 1, [0, 0]])
  })
})

describe('refusals', () => {
  it.each([
    ['not JSON', '{"model":', 400, 'BAD_REQUEST'],
    ['not an object', '[1]', 400, 'BAD_REQUEST'],
    ['a model that is no name', { ...CHAT, model: 7 }, 400, 'BAD_REQUEST'],
    ['a workflow id of another form', { ...CHAT, workflow_metadata: { workflow_id: 'a/b' } }, 400, 'BAD_REQUEST'],
    ['workflow data that is no object', { ...CHAT, workflow_metadata: 'x' }, 400, 'BAD_REQUEST'],
    ['an unknown model', { ...CHAT, model: 'gpt-9' }, 404, 'model_not_found'],
  ])('%s', async (_name, body, status, code) => {
    const { call, inFlight } = setUp()
    const reply = await call(body)
    expect([reply.status, (await errorOf(reply)).code]).toEqual([status, code])
    expect(inFlight()).toEqual([0, 0])
  })

  it('an unknown path, and a body over the limit', async () => {
    const { call, router } = setUp()
    expect((await call(CHAT, { path: '/v1/other' })).status).toBe(404)
    expect((await call('x'.repeat(router.maxBodyBytes + 1))).status).toBe(413)
  })

  it('none healthy: 503 with Retry-After and where to look', async () => {
    const { call, first, second } = setUp()
    first.up = second.up = false
    const reply = await call(CHAT)
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '2'])
    expect((await errorOf(reply)).message).toContain('fleet page')
  })

  it('a model whose instances are all gone is unavailable, not unknown', async () => {
    const { call, clock, first, second, router } = setUp()
    second.modelIds = ['other']
    router.start()
    await textOf((await call(CHAT)).body)
    first.up = false
    clock.advance(2_000)
    await settled()
    expect((await call(CHAT)).status).toBe(503)
    await router.stop()
  })
})

describe('failover (R1)', () => {
  it.each([
    ['a refused connection', () => Promise.reject(new InstanceFailed('http://i', 'connect', 'refused'))],
    ['a broken connection', () => Promise.reject(new InstanceFailed('http://i', 'broken', 'reset'))],
    ['a 500', () => jsonReply({ error: { message: 'boom' } }, 500)],
    ['headers, then nothing', () => eventReply([new Error('gone')])],
  ])('%s goes to another instance', async (_name, fault) => {
    const { call, first, inFlight } = setUp()
    first.answer = fault
    const reply = await call(CHAT)
    expect([reply.status, reply.route?.instanceId, reply.route?.attempts]).toEqual([200, 'i1', 2])
    await textOf(reply.body)
    expect(inFlight()).toEqual([0, 0])
  })

  it('a refused connection makes it unhealthy at once; a probe brings it back', async () => {
    const { call, clock, first, health, router } = setUp()
    router.start()
    await router.ready()
    first.up = false
    await textOf((await call(CHAT)).body)
    expect(health()).toEqual(['unhealthy', 'healthy'])
    first.up = true
    clock.advance(2_000)
    await settled()
    expect(health()).toEqual(['healthy', 'healthy'])
    await router.stop()
    expect(clock.waiting()).toEqual([])
  })

  it('tries at most three instances, and answers what the last one said', async () => {
    const { call, instances, inFlight } = setUp(5)
    for (const one of instances) one.answer = () => jsonReply({ error: { message: `boom ${one.id}` } }, 500)
    const reply = await call(CHAT)
    expect([reply.status, (await errorOf(reply)).message]).toEqual([500, 'boom i2'])
    expect(inFlight()).toEqual([0, 0, 0, 0, 0])
  })

  it('the only instance gets a second try after a broken connection', async () => {
    const { call, first } = setUp(1)
    let calls = 0
    first.answer = () => (++calls === 1 ? Promise.reject(new InstanceFailed('x', 'broken', 'other side closed')) : jsonReply({}))
    expect((await call(CHAT)).status).toBe(200)
  })

  it('after the first byte a stream ends with an error event, and goes nowhere else', async () => {
    const { call, first, second, inFlight } = setUp()
    first.answer = () => eventReply(['data: {"a":1}\n\n', 'data: {"hal', new Error('gone')])
    const text = await textOf((await call({ ...CHAT, stream: true })).body)
    const events = text.split('\n\n').filter(Boolean).map((event) => JSON.parse(event.slice('data: '.length)) as { a?: number; error?: { code: string } })
    expect([events.length, events[0]?.a, events[1]?.error?.code, second.asked.length, inFlight()]).toEqual([2, 1, 'INSTANCE_FAILED', 0, [0, 0]])
  })

  it('an answer that is not a stream breaks off', async () => {
    const { call, first, inFlight } = setUp(1)
    first.answer = () => ({ ...eventReply(['{"a":', new Error('gone')]), headers: { 'content-type': 'application/json' } })
    await expect(textOf((await call(CHAT)).body)).rejects.toThrow('gone')
    expect(inFlight()).toEqual([0])
  })
})

describe('in-flight is zero after every kind of end (R3)', () => {
  const never = new Promise<string>(() => undefined)

  it('an abort before the answer, passed on to the instance (R4)', async () => {
    const { call, first, inFlight } = setUp(1)
    const reader = new AbortController()
    let heard = false
    first.answer = (_request, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => { heard = true; reject(signal.reason as Error) }))
    const reply = call(CHAT, { signal: reader.signal })
    await settled()
    expect(inFlight()).toEqual([1])
    reader.abort(new Error('left'))
    await expect(reply).rejects.toThrow('left')
    expect([heard, inFlight()]).toEqual([true, [0]])
  })

  it('an abort in the middle of the stream', async () => {
    const { call, first, inFlight } = setUp(1)
    const reader = new AbortController()
    first.answer = () => eventReply(['data: 1\n\n', never])
    const body = (await call(CHAT, { signal: reader.signal })).body[Symbol.asyncIterator]()
    await body.next()
    void body.next()
    expect(inFlight()).toEqual([1])
    reader.abort(new Error('left'))
    expect(inFlight()).toEqual([0])
  })

  it('an abort of a body that nobody reads', async () => {
    const { call, first, inFlight } = setUp(1)
    const reader = new AbortController()
    first.answer = () => eventReply(['data: 1\n\n', never])
    await call(CHAT, { signal: reader.signal })
    expect(inFlight()).toEqual([1])
    reader.abort()
    expect(inFlight()).toEqual([0])
  })

  it('a reader that stops early', async () => {
    const { call, first, inFlight } = setUp(1)
    first.answer = () => eventReply(['data: 1\n\n', 'data: 2\n\n'])
    for await (const _chunk of (await call(CHAT)).body) break
    expect(inFlight()).toEqual([0])
  })

  it('a burst sees its own decisions (R2)', async () => {
    const { call, router, inFlight } = setUp(3)
    await router.ready()
    const replies = await Promise.all(Array.from({ length: 9 }, (_, i) => call({ ...CHAT, messages: [{ role: 'user', content: `${i}` }] })))
    expect(inFlight()).toEqual([3, 3, 3])
    await Promise.all(replies.map((reply) => textOf(reply.body)))
    expect(inFlight()).toEqual([0, 0, 0])
  })
})

describe('the fleet', () => {
  it('keeps a run at home, and shows it with what engines reported', async () => {
    const { call, router } = setUp(3)
    const seen: (string | undefined)[] = []
    for (let i = 0; i < 4; i++) {
      const reply = await call({ ...CHAT, messages: [{ role: 'user', content: `${i}` }], workflow_metadata: { workflow_id: 'run_7' } })
      seen.push(reply.route?.instanceId)
      await textOf(reply.body)
    }
    expect(new Set(seen).size).toBe(1)
    const home = router.fleet().instances.find((one) => one.id === seen[0])
    expect(home).toMatchObject({ workflows: ['run_7'], requests: 4, promptTokens: 40, cachedTokens: 16, completionTokens: 8 })
  })

  it('a long prompt goes back to where it was cached; an engine that restarted is forgotten', async () => {
    const { call, clock, instances, router } = setUp(3)
    router.start()
    await router.ready()
    const long = { ...CHAT, messages: [{ role: 'user', content: 'x'.repeat(4_000) }] }
    const one = await call(long)
    await textOf(one.body)
    await textOf((await call(CHAT)).body)
    const again = await call(long)
    expect([again.route?.instanceId, again.route?.reason]).toEqual([one.route?.instanceId, 'prefix'])
    await textOf(again.body)

    const holder = instances.find((instance) => instance.id === one.route?.instanceId)!
    for (const promptTokens of [500, 3]) {
      holder.figures = { promptTokens }
      clock.advance(1_000)
      await settled()
    }
    expect((await call(long)).route?.reason).toBe('spread')
    await router.stop()
  })

  it('a draining instance gets nothing new', async () => {
    const { call, router, health } = setUp(2)
    await router.ready()
    expect(router.setDraining('i0', true)).toBe(true)
    const replies = await Promise.all([call(CHAT), call(CHAT)])
    expect([replies.map((reply) => reply.route?.instanceId), health()]).toEqual([['i1', 'i1'], ['draining', 'healthy']])
    router.setDraining('i0', false)
    expect([health(), router.setDraining('nobody', true)]).toEqual([['healthy', 'healthy'], false])
  })

  it('scraped figures show, and what others run counts as load', async () => {
    const { clock, first, router, call } = setUp(2)
    first.figures = { running: 5, waiting: 2, kvUsage: 0.5, prefixQueries: 100, prefixHits: 25, ttft: { sumSeconds: 3, count: 10 } }
    let told = 0
    router.subscribe(() => told++)
    router.start()
    await router.ready()
    clock.advance(1_000)
    await settled()
    clock.advance(1_000)
    expect(router.fleet().instances[0]).toMatchObject({ running: 5, waiting: 2, kvUsage: 0.5, prefixHitRate: 0.25, ttftMs: 300 })
    expect(told).toBe(2)
    expect((await call(CHAT)).route?.instanceId).toBe('i1')
    await router.stop()
  })

  it('merges models', async () => {
    const { second, router } = setUp(2)
    second.modelIds = ['m', 'other']
    await router.ready()
    expect(router.models().map((card) => card.id)).toEqual(['m', 'other'])
  })

  it('counts for Prometheus', async () => {
    const { call, first, router } = setUp(2)
    first.answer = () => jsonReply({}, 500)
    await textOf((await call(CHAT)).body)
    const text = await router.metricsText()
    expect(text).toContain('heddle_router_failovers_total{vllm_instance="i0",fault="status"} 1')
    expect(text).toContain('heddle_router_decisions_total{vllm_instance="i1",policy="flow",reason="spread"} 1')
    expect(text).toContain('heddle_router_in_flight{vllm_instance="i1"} 0')
  })
})
