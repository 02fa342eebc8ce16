import { describe, expect, it } from 'vitest'
import { createFlow } from '@/domain/route/flow'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { InstanceFailed } from '../ports/instance-client'
import { createRouter } from './create-router'
import { jsonReply, scriptedInstance, textOf } from './scripted-instance'

/** A router with FLOW over instances that answer when told. */
function setUp(count: number, maxWaiting = 100) {
  const clock = createManualClock()
  const instances = Array.from({ length: count }, (_, index) => scriptedInstance(`i${index}`))
  const open: { finish: () => void; instance: string }[] = []
  for (const one of instances) one.answer = () => new Promise((resolve) => open.push({ instance: one.id, finish: () => resolve(jsonReply({ usage: { prompt_tokens: 5, completion_tokens: 1 } })) }))
  const router = createRouter({ clients: instances, clock, ids: createSeededIds(), log: () => undefined, settings: { maxWaiting }, scheduler: (fleet) => createFlow(fleet, { idleMs: 1_000 }) })
  const call = (run: string | undefined, bytes = 100, signal = new AbortController().signal, workflow?: string) =>
    router.dispatch({ path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: (run ?? 'x').repeat(bytes) }], ...(run !== undefined && { workflow_metadata: { workflow_id: run, plan: { last: true, ...(workflow !== undefined && { workflow }) } } }) })) }, signal)
  return { clock, instances, open, router, call }
}
const settle = async () => { for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve)) }
/** More than half of the KV cache that is assumed where no server says. */
const LARGE = 480_000

describe('the queue of calls', () => {
  it('Q1: a burst of runs spreads by its own decisions', async () => {
    const { call, open } = setUp(3)
    for (const run of ['a', 'b', 'c', 'd', 'e', 'f']) void call(run)
    await settle()
    expect(open.map((one) => one.instance).sort()).toEqual(['i0', 'i0', 'i1', 'i1', 'i2', 'i2'])
  })

  it('holds back what does not fit, and sends it when there is room', async () => {
    const { call, open, router } = setUp(1)
    const first = call('a', LARGE)
    const second = call('b', LARGE)
    await settle()
    expect(open).toHaveLength(1)
    expect(await router.metricsText()).toContain('heddle_router_waiting 1')
    open[0]!.finish()
    await textOf((await first).body)
    await settle()
    expect(open).toHaveLength(2)
    open[1]!.finish()
    const reply = await second
    expect(reply.status).toBe(200)
    expect(reply.route).toMatchObject({ policy: 'flow', reason: 'admitted' })
    await textOf(reply.body)
    expect(await router.metricsText()).toContain('heddle_router_waiting 0')
  })

  it('Q2: a caller that leaves leaves the queue', async () => {
    const { call, open, router } = setUp(1)
    void call('a', LARGE)
    const leave = new AbortController()
    const second = call('b', LARGE, leave.signal)
    await settle()
    leave.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    expect(await router.metricsText()).toContain('heddle_router_waiting 0')
    open[0]!.finish()
    await settle()
    expect(open).toHaveLength(1)
  })

  it('Q3: beyond its bound it says when to come back', async () => {
    const { call } = setUp(1, 1)
    void call('a', LARGE)
    void call('b', LARGE)
    await settle()
    const reply = await call('c', LARGE)
    expect([reply.status, reply.headers['retry-after']]).toEqual([429, '5'])
    expect(await textOf(reply.body)).toContain('QUEUE_FULL')
  })

  it('Q3: a workflow that fills the queue does not shut out another', async () => {
    const { call, router } = setUp(1, 20)
    const waiting = async () => Number(/heddle_router_waiting (\d+)/.exec(await router.metricsText())?.[1])
    const answered: Promise<number>[] = []
    const ask = (run: string, workflow: string) => answered.push(call(run, LARGE, undefined, workflow).then(({ status }) => status))
    for (let index = 0; index < 19; index++) ask(String.fromCharCode(97 + index), 'large')
    while ((await waiting()) < 18) await settle()
    // One is at work, eighteen wait: the last tenth is not for it.
    expect((await call('t', LARGE, undefined, 'large')).status).toBe(429)
    for (const run of ['u', 'v']) ask(run, 'small')
    while ((await waiting()) < 20) await settle()
    expect((await call('w', LARGE, undefined, 'small')).status).toBe(429)
  })

  it('Q4: nobody waits for what no instance serves', async () => {
    const { call, instances, clock, router } = setUp(1)
    router.start()
    void call('a', LARGE)
    const second = call('b', LARGE)
    await settle()
    instances[0]!.up = false
    clock.advance(2_000)
    await settle()
    clock.advance(2_000)
    await settle()
    expect((await second).status).toBe(503)
  })

  it('a run whose home fails its call goes on elsewhere', async () => {
    const { call, instances, open } = setUp(2)
    instances[0]!.answer = () => Promise.reject(new InstanceFailed('http://i0', 'broken', 'cut'))
    const reply = call('a')
    await settle()
    expect(open.map((one) => one.instance)).toEqual(['i1'])
    open[0]!.finish()
    expect((await reply).status).toBe(200)
  })
})
