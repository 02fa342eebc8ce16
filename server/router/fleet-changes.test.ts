import { describe, expect, it } from 'vitest'
import { pooled } from '@/domain/route/policies'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { InstanceFailed } from '../ports/instance-client'
import { createRouter, type RouterDeps } from './create-router'
import { eventReply, jsonReply, scriptedInstance, textOf } from './scripted-instance'

const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
const settled = async (): Promise<void> => { for (let i = 0; i < 30; i++) await Promise.resolve() }

function setUp(count: number, more: Partial<RouterDeps> = {}) {
  const clock = createManualClock()
  const instances = Array.from({ length: count }, (_, i) => scriptedInstance(`i${i}`))
  const router = createRouter({ clients: instances, clock, ids: createSeededIds(), log: () => undefined, ...more })
  const call = async (body: object = CHAT) => {
    const reply = await router.dispatch({ path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify(body)) }, new AbortController().signal)
    return { status: reply.status, instance: reply.route?.instanceId, attempts: reply.route?.attempts, policy: reply.route?.policy, text: await textOf(reply.body) }
  }
  const breakers = () => router.fleet().instances.map((one) => one.breaker)
  return { clock, instances, router, call, breakers }
}
const boom = () => jsonReply({ error: { message: 'boom' } }, 500)

describe('the circuit breaker', () => {
  it('opens where calls fail although probes succeed, lets one call try, and closes when it is answered', async () => {
    const { call, clock, instances, breakers } = setUp(2)
    instances[0]!.answer = boom
    for (let i = 0; i < 3; i++) expect((await call()).instance).toBe('i1')
    expect(breakers()).toEqual(['open', 'closed'])
    instances[0]!.asked.length = 0
    await call()
    expect(instances[0]!.asked).toHaveLength(0)

    clock.advance(5_000)
    let finish: (() => void) | undefined
    instances[0]!.answer = () => new Promise((resolve) => (finish = () => resolve(jsonReply({}))))
    const trial = call()
    await settled()
    expect(breakers()[0]).toBe('half-open')
    for (let i = 0; i < 3; i++) await call()
    expect(instances[0]!.asked).toHaveLength(1)
    finish!()
    expect((await trial).instance).toBe('i0')
    expect(breakers()).toEqual(['closed', 'closed'])
  })

  it('a request that every instance answers with an error is the request\'s fault, not theirs', async () => {
    const { call, instances, breakers } = setUp(3)
    for (const one of instances) one.answer = boom
    for (let i = 0; i < 20; i++) expect((await call()).status).toBe(500)
    expect(breakers()).toEqual(['closed', 'closed', 'closed'])
  })

  it('streams that break off count', async () => {
    const { call, instances, breakers } = setUp(1)
    instances[0]!.answer = () => eventReply(['data: {}\n\n', new InstanceFailed('x', 'broken', 'reset')])
    for (let i = 0; i < 3; i++) expect((await call()).text).toContain('INSTANCE_FAILED')
    expect(breakers()).toEqual(['open'])
    expect((await call()).status).toBe(503)
  })
})

describe('the retry budget', () => {
  it('an outage does not multiply the load', async () => {
    const { call, instances } = setUp(3)
    for (const one of instances) one.answer = boom
    for (let i = 0; i < 1_000; i++) await call()
    const sent = instances.reduce((sum, one) => sum + one.asked.length, 0)
    expect(sent).toBeLessThan(1_000 + 256 + 200 + 10)
    expect(sent).toBeGreaterThan(1_200)
  })
})

describe('instances that come and go', () => {
  it('a new one gets calls once it answers, one that leaves ends those it has', async () => {
    const lines: string[] = []
    const { call, instances, router } = setUp(1, { log: ({ level, message }) => void lines.push(`${level} ${String(message)}`) })
    expect((await call()).instance).toBe('i0')
    let finish: (() => void) | undefined
    instances[0]!.answer = () => new Promise((resolve) => (finish = () => resolve(jsonReply({ late: true }))))
    let closed = false
    instances[0]!.close = () => Promise.resolve(void (closed = true))
    const late = call()
    await settled()
    await router.add(scriptedInstance('i1'))
    router.remove('i0')
    expect(lines.filter((line) => !line.startsWith('INFO'))).toEqual([])
    expect(lines.at(-1)).toMatch(/^INFO Instance .* left the fleet; 1 call\(s\) of it go on to their end$/)
    expect(router.fleet().instances.map((one) => one.id)).toEqual(['i1'])
    expect((await call()).instance).toBe('i1')
    expect(closed).toBe(false)
    finish!()
    expect((await late).text).toContain('late')
    expect(closed).toBe(true)
    router.remove('i1')
    expect((await call()).status).toBe(503)
  })

  it('what waits for a place finds it on an instance that joins', async () => {
    const { call, instances, router } = setUp(1)
    const large = (run: string) => ({ ...CHAT, messages: [{ role: 'user', content: run.repeat(480_000) }], workflow_metadata: { workflow_id: run, plan: { last: true } } })
    instances[0]!.answer = () => new Promise(() => undefined)
    void call(large('a'))
    await settled()
    const second = call(large('b'))
    await settled()
    await router.add(scriptedInstance('i1'))
    expect((await second).instance).toBe('i1')
  })
})

describe('models', () => {
  it('another name goes upstream as the real one, and is listed', async () => {
    const { call, instances, router } = setUp(1, { aliases: new Map([['gpt-4o', 'm'], ['ghost', 'nothing']]) })
    expect((await call({ ...CHAT, model: 'gpt-4o' })).status).toBe(200)
    expect(JSON.parse(Buffer.from(instances[0]!.asked[0]!.body!).toString())).toEqual(CHAT)
    expect(router.models()).toEqual([{ id: 'm' }, { id: 'gpt-4o', root: 'm' }])
    expect((await call({ ...CHAT, model: 'ghost' })).status).toBe(404)
  })

  it('an adapter is served where it is loaded', async () => {
    const { call, instances } = setUp(3)
    instances[2]!.modelIds = ['m', 'sql-lora']
    for (let i = 0; i < 3; i++) expect((await call({ ...CHAT, model: 'sql-lora' })).instance).toBe('i2')
  })

  it('each pool has its own policy', async () => {
    const { call, instances } = setUp(2, { scheduler: pooled({ all: 'flow', byModel: { other: 'round-robin' } }) })
    for (const one of instances) one.modelIds = ['m', 'other']
    expect((await call()).policy).toBe('flow')
    expect([(await call({ ...CHAT, model: 'other' })).instance, (await call({ ...CHAT, model: 'other' })).instance]).toEqual(['i0', 'i1'])
  })
})

describe('vLLM\'s own priority', () => {
  const priorityOf = (body: Uint8Array | undefined) => (JSON.parse(Buffer.from(body!).toString()) as { priority?: number }).priority
  it('older runs and higher priorities go first, where the servers allow it', async () => {
    const { call, clock, instances } = setUp(1, { tellPriority: true })
    const { asked } = instances[0]!
    await call({ ...CHAT, workflow_metadata: { workflow_id: 'old' } })
    clock.advance(30_000)
    await call({ ...CHAT, workflow_metadata: { workflow_id: 'young' } })
    await call({ ...CHAT, workflow_metadata: { workflow_id: 'urgent', workflow_priority: 5 } })
    await call({ ...CHAT, workflow_metadata: { workflow_id: 'old' } })
    expect(asked.map((one) => priorityOf(one.body))).toEqual([0, 30, -10, 0])
  })

  it('is not told otherwise', async () => {
    const { call, instances } = setUp(1)
    await call({ ...CHAT, workflow_metadata: { workflow_id: 'a', workflow_priority: 5 } })
    expect(priorityOf(instances[0]!.asked[0]!.body)).toBeUndefined()
  })
})

describe('KV events of an instance', () => {
  it('are followed anew once its counters show that it restarted, or its probe that it is gone; never after its end', async () => {
    const followed: string[] = []
    const open = new Set<number>()
    const kvFeedOf = ({ id }: { id: string }) => ({
      follow() {
        const number = followed.push(id)
        open.add(number)
        return () => void open.delete(number)
      },
    })
    const { clock, instances, router } = setUp(2, { kvFeedOf })
    router.start()
    await router.ready()
    expect(followed).toEqual(['i0', 'i1'])
    const passing = async (isTrue: () => boolean, act: () => void = () => undefined): Promise<void> => {
      while (!isTrue()) {
        act()
        clock.advance(1_000)
        await settled()
      }
    }
    let promptTokens = 500
    await passing(() => followed.length > 2, () => (instances[0]!.figures = { promptTokens: (promptTokens = 503 - promptTokens) }))
    expect(followed).toEqual(['i0', 'i1', 'i0'])
    instances[1]!.up = false
    await passing(() => followed.length > 3)
    expect([followed, [...open]]).toEqual([['i0', 'i1', 'i0', 'i1'], [3, 4]])
    for (const id of ['i1', 'i0']) router.remove(id)
    expect([followed.length, open.size]).toEqual([4, 0])
    await router.stop()
  })
})
