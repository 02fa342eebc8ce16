import { describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createWorld, graphOf, overloaded, refused, settle } from './engine-world.suite'

type Node = [string, Record<string, unknown>]
const agent = (more: Record<string, unknown> = {}): Node => ['agent', { prompt: '{{ input }}', ...more }]
const mapOf = (body: ReturnType<typeof graphOf>, more: Record<string, unknown> = {}): Node => ['map', { items: 'input', concurrency: 2, body, ...more }]

describe('what waits holds nothing', () => {
  const asking = (more: Record<string, unknown> = {}) => graphOf({ q: ['approval', { prompt: 'Go on?', ...more }], yes: ['transform', { expression: '1' }] }, 'q:approved -> yes')

  test('no call, no alarm, and a cancel ends it', async () => {
    const world = createWorld()
    const run = await world.begin(asking())
    expect([world.calls.length, world.clock.waiting()]).toEqual([0, []])
    await world.engine.cancel(run, 'me')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'cancelled', waitingFor: [], steps: { q: { state: { kind: 'cancelled' } } } })
  })

  test('its time counts on through another process', async () => {
    const world = createWorld()
    const run = await world.begin(asking({ timeoutMs: 5_000, onTimeout: 'approve' }))
    await world.advance(4_000)
    world.restart()
    await world.engine.start()
    await world.advance(999)
    expect((await world.state(run)).status).toBe('waiting')
    await world.advance(1)
    expect(await world.kinds(run)).toEqual({ q: 'completed', yes: 'completed' })
  })

  test('one waits while another works: the run is not said to wait before both hold still', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ q: ['approval', { prompt: 'Go on?' }], a: agent() }))
    expect((await world.state(run)).status).toBe('running')
    world.callOf('a').reply('done')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'waiting', waitingFor: ['q'] })
  })

  test('in a map each item is asked for by its own key', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ q: ['approval', { prompt: 'Go on?' }] })) }), ['x', 'y'])
    expect(new Set((await world.state(run)).waitingFor)).toEqual(new Set(['m[0].q', 'm[1].q']))
    for (const key of ['m[1].q', 'm[0].q']) await world.engine.answer(run, key, { decision: 'approve', comment: key, by: 'me' })
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: [{ comment: 'm[0].q' }, { comment: 'm[1].q' }] })
  })
})

describe('an end is an end', () => {
  test('a pause between attempts ends with the run', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ retry: { initialMs: 1_000, jitter: false } }) }))
    world.callOf('a').fail(overloaded())
    await settle()
    await world.engine.cancel(run, 'me')
    await settle()
    expect(world.clock.waiting()).toEqual([])
    await world.advance(60_000)
    expect(world.calls).toHaveLength(1)
  })

  test('what a cancelled call still says is not written', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent() }))
    const call = world.callOf('a')
    call.say('half')
    await world.engine.cancel(run, 'me')
    call.say('late')
    call.reply('late')
    await world.advance(1_000)
    const events = await world.events(run)
    expect(events.at(-1)?.type).toBe('run.cancelled')
    expect(events.some((event) => event.type === 'step.completed')).toBe(false)
  })

  test('a failure waits for what is at work beside it, and then ends the run', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent(), b: agent() }))
    world.callOf('a').fail(refused())
    await settle()
    expect((await world.state(run)).status).toBe('running')
    world.callOf('b').reply('kept')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'failed', failedNode: 'a', steps: { b: { state: { kind: 'completed' } } } })
    expect(world.engine.active()).toBe(0)
  })

  test('a timeout that comes too late touches nothing', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ timeoutMs: 1_000 }), b: agent() }, 'a -> b'))
    world.callOf('a').reply('in time')
    await settle()
    expect(world.clock.waiting()).toEqual([])
    await world.advance(60_000)
    expect(world.callOf('b').signal.aborted).toBe(false)
    expect((await world.state(run)).steps.a?.attempts).toHaveLength(1)
  })
})

describe('faults of a graph', () => {
  test.each([
    ['an expression', { a: ['transform', { expression: 'input.x.y.z' }] as Node }],
    ['a prompt', { a: agent({ prompt: '{% if %}' }) }],
    ['a condition of its start', { a: agent({ runIf: 'nonsense(' }) }],
  ])('%s fails once, for good, and says so', async (_name, nodes) => {
    const world = createWorld()
    const run = await world.begin(graphOf(nodes), {})
    const { status, failedNode, error, steps } = await world.state(run)
    expect([status, failedNode, error?.retryable, steps.a?.attempts.length, world.calls.length]).toEqual(['failed', 'a', false, 1, 0])
    expect(error?.message).not.toBe('')
  })

  test('with the templates of the product it says what and where', async () => {
    const real = createTemplates({ threads: 1 })
    try {
      const world = createWorld({ templates: real })
      const run = await world.begin(graphOf({ a: ['transform', { expression: 'input.missing.field' }] }), {})
      await expect.poll(async () => (await world.state(run)).status).toBe('failed')
      expect((await world.state(run)).error).toMatchObject({ code: 'EXPRESSION_FAILED', retryable: false, message: expect.stringContaining('missing') as unknown, hint: expect.any(String) as unknown })
    } finally {
      await real.close()
    }
  })

  test('a map over what is no list names what it found', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ a: agent() })) }), 'text')
    expect((await world.state(run)).error).toMatchObject({ code: 'TYPE_MISMATCH', message: expect.stringMatching(/"m" expects list.*found text/) as unknown })
  })

  test('an item that fails stops the map before its next items, and is named', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ a: agent() })), after: agent() }, 'm -> after'), ['x', 'y', 'z'])
    world.callOf('m[0].a').fail(refused())
    await settle()
    world.callOf('m[1].a').reply('Y')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'failed', failedNode: 'm', error: { code: 'REFUSED', message: expect.stringContaining('m[0].a') as unknown } })
    expect(world.calls.map((call) => call.request.run.nodeId)).toEqual(['m[0].a', 'm[1].a'])
    expect((await world.kinds(run)).after).toBe('skipped')
  })
})

describe('ways through', () => {
  test('merge all takes what came, where a branch was not taken', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ in: ['input'], c: ['condition', { expression: 'false' }], yes: ['transform', { expression: '1' }], always: agent(), m: ['merge', { mode: 'all' }] }, 'in -> c', 'c:true -> yes', 'in -> always', 'yes -> m', 'always -> m'), 'x')
    expect((await world.kinds(run)).m).toBeUndefined()
    world.callOf('always').reply('A')
    await settle()
    expect((await world.state(run)).output).toMatchObject({ always: { text: 'A' } })
  })

  test('merge any does not wait for the slow one, and runs once', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ quick: agent(), slow: agent(), m: ['merge', { mode: 'any' }], after: agent() }, 'quick -> m', 'slow -> m', 'm -> after'), 'x')
    world.callOf('quick').reply('Q')
    await settle()
    expect(world.callOf('after')).toBeDefined()
    world.callOf('slow').reply('S')
    world.callOf('after').reply('done')
    await settle()
    expect((await world.events(run)).filter((event) => event.type === 'step.started' && event.nodeId === 'm')).toHaveLength(1)
    expect((await world.state(run)).status).toBe('completed')
  })

  test('a condition inside a map decides for each item', async () => {
    const world = createWorld()
    const body = graphOf({ i: ['input'], c: ['condition', { expression: 'input > 1' }], big: ['transform', { expression: '"big"' }], small: ['transform', { expression: '"small"' }] }, 'i -> c', 'c:true -> big', 'c:false -> small')
    const run = await world.begin(graphOf({ m: mapOf(body) }), [1, 2])
    expect((await world.state(run)).output).toEqual(['small', 'big'])
  })

  test('an output is an expression or a template', async () => {
    const world = createWorld()
    const output = async (value: string) => (await world.state(await world.begin(graphOf({ in: ['input'], out: ['output', { value }] }, 'in -> out'), { n: 2 }))).output
    expect([await output('[input.n]'), await output('n is {{ input.n }}')]).toEqual([[2], 'n is 2'])
  })
})
