import { describe, expect, test } from 'vitest'
import type { RunId } from '@/domain/run/run-event'
import { createWorld, graphOf, overloaded, refused, settle } from './engine-world.suite'

type Node = [string, Record<string, unknown>]
const agent = (more: Record<string, unknown> = {}): Node => ['agent', { prompt: '{{ input }}', ...more }]
const transform = (expression: string, more: Record<string, unknown> = {}): Node => ['transform', { expression, ...more }]
const mapOf = (body: ReturnType<typeof graphOf>, more: Record<string, unknown> = {}): Node => ['map', { items: 'input', concurrency: 2, body, ...more }]
const approval = (more: Record<string, unknown> = {}): Node => ['approval', { prompt: 'Go on?', ...more }]
const slowly = { retry: { maxAttempts: 10, initialMs: 1_000, factor: 1, jitter: false } }

const typesOf = async (world: ReturnType<typeof createWorld>, run: RunId, nodeId: string) =>
  (await world.events(run)).filter((event) => 'nodeId' in event && event.nodeId === nodeId).map((event) => event.type)

describe('the time of a step', () => {
  test('counts over its attempts; the one at work is stopped, and there is no further', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ ...slowly, timeoutMs: 800, stepTimeoutMs: 2_000 }) }), 'x')
    await world.advance(800)
    await world.advance(1_000)
    const second = world.callOf('a', 2)
    expect(second.signal.aborted).toBe(false)
    await world.advance(200)
    expect(second.signal.aborted).toBe(true)
    expect(await world.state(run)).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT', message: 'No result after 2000 ms', retryable: false } })
    await world.advance(60_000)
    expect(world.calls).toHaveLength(2)
    expect(world.clock.waiting()).toEqual([])
  })

  test('ends in a pause between attempts, and leaves the last attempt what it was', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ ...slowly, stepTimeoutMs: 500 }) }), 'x')
    world.callOf('a').fail(overloaded())
    await settle()
    await world.advance(500)
    const step = (await world.state(run)).steps.a!
    expect(step.state).toMatchObject({ kind: 'failed', error: { code: 'TIMEOUT' } })
    expect(step.attempts).toMatchObject([{ error: { code: 'OVERLOADED' } }])
    expect(step.wakeAt).toBeUndefined()
  })

  test('goes on counting through another process', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ stepTimeoutMs: 5_000 }) }), 'x')
    await world.advance(3_000)
    world.restart()
    await world.advance(3_000)
    await world.engine.start()
    await settle()
    expect((await world.state(run)).error).toMatchObject({ code: 'TIMEOUT', retryable: false })
  })

  test.each([['skip', 'skipped', 'completed'], ['branch', 'failed', 'completed']])('is a failure like another: onError %s', async (onError, kind, status) => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ stepTimeoutMs: 1_000, onError }), b: transform('"instead"') }, `a:${onError === 'branch' ? 'error' : 'out'} -> b`), 'x')
    await world.advance(1_000)
    expect(await world.kinds(run)).toEqual({ a: kind, b: 'completed' })
    expect(await world.state(run)).toMatchObject({ status, output: 'instead' })
  })

  test.each(['timeoutMs', 'stepTimeoutMs'])('of a map ends its items, however deep: %s', async (field) => {
    const world = createWorld()
    const inner = graphOf({ n: ['map', { items: 'input', concurrency: 4, body: graphOf({ a: agent(slowly), q: approval() }) }] })
    const run = await world.begin(graphOf({ m: mapOf(inner, { [field]: 2_000, onError: 'branch', concurrency: 1 }), rest: transform('steps.m.output.code') }, 'm:error -> rest'), [['x', 'y'], ['z']])
    const call = world.callOf('m[0].n[0].a')
    world.callOf('m[0].n[1].a').fail(overloaded())
    await settle()
    await world.advance(1_999)
    expect(call.signal.aborted).toBe(false)
    await world.advance(1)
    expect(call.signal.aborted).toBe(true)
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: 'TIMEOUT', waitingFor: [] })
    expect(await world.kinds(run)).toEqual({ m: 'failed', 'm[0].n': 'cancelled', 'm[0].n[0].a': 'cancelled', 'm[0].n[0].q': 'cancelled', 'm[0].n[1].a': 'cancelled', 'm[0].n[1].q': 'cancelled', rest: 'completed' })
    await world.advance(60_000)
    expect(world.calls.map((one) => one.request.run.nodeId)).toEqual(['m[0].n[0].a', 'm[0].n[1].a', 'm[0].n[1].a'])
  })

  test('of one item leaves the others alone', async () => {
    const world = createWorld()
    const body = graphOf({ a: agent({ stepTimeoutMs: 1_000, onError: 'branch' }), sorry: transform('"late"'), fine: transform('steps.a.output.text') }, 'a:error -> sorry', 'a:out -> fine')
    const run = await world.begin(graphOf({ m: mapOf(body) }), ['x', 'y'])
    world.callOf('m[1].a').reply('Y')
    await settle()
    await world.advance(1_000)
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: ['late', 'Y'] })
  })
})

describe('an approval nobody answers', () => {
  test.each([
    ['approve', 'completed', 'yes'], ['reject', 'completed', 'no'], ['fail', 'failed', undefined],
  ])('in a map, onTimeout %s', async (onTimeout, status, output) => {
    const world = createWorld()
    const body = graphOf({ q: approval({ timeoutMs: 1_000, onTimeout }), yes: transform('"yes"'), no: transform('"no"') }, 'q:approved -> yes', 'q:rejected -> no')
    const run = await world.begin(graphOf({ m: mapOf(body) }), ['x', 'y'])
    expect((await world.state(run)).status).toBe('waiting')
    await world.advance(1_000)
    expect((await world.state(run)).status).toBe(status)
    expect((await world.state(run)).output).toEqual(output === undefined ? undefined : [output, output])
    await expect(world.engine.answer(run, 'm[0].q', { decision: 'approve', comment: '', by: 'me' })).rejects.toMatchObject({ code: expect.stringMatching(/NOT_WAITING|RUN_FINISHED/) as unknown })
  })

  test.each([[1_000, 'completed'], [3_000, 'failed']])('is dealt with as its shorter time says, also after a long absence: %i', async (timeoutMs, status) => {
    const world = createWorld()
    const run = await world.begin(graphOf({ q: approval({ timeoutMs, stepTimeoutMs: 2_000, onTimeout: 'approve' }) }), 'x')
    world.engine.stop()
    await world.advance(60_000)
    world.restart()
    await world.engine.start()
    await settle()
    expect((await world.state(run)).status).toBe(status)
  })

  test('that fails goes by its fallback branch', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ q: approval({ timeoutMs: 1_000, onError: 'branch' }), yes: transform('"yes"'), late: transform('steps.q.output.code') }, 'q:approved -> yes', 'q:error -> late'), 'x')
    await world.advance(1_000)
    expect(await world.kinds(run)).toEqual({ q: 'failed', yes: 'skipped', late: 'completed' })
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: 'TIMEOUT' })
  })
})

describe('a fallback branch', () => {
  test('that leads nowhere catches nothing: the run fails and says where', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ onError: 'branch' }), b: transform('1') }, 'a -> b'), 'x')
    world.callOf('a').fail(refused())
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'failed', failedNode: 'a', steps: { b: { state: { kind: 'skipped', reason: { kind: 'upstream-failed', cause: 'a' } } } } })
  })

  test('and the way without a failure meet again', async () => {
    const graph = graphOf({ a: agent({ onError: 'branch' }), instead: transform('"instead"'), m: ['merge', { mode: 'all' }] }, 'a:out -> m', 'a:error -> instead', 'instead -> m')
    const world = createWorld()
    const failing = await world.begin(graph, 'x')
    world.callOf('a').fail(refused())
    await settle()
    expect((await world.state(failing)).output).toEqual({ instead: 'instead' })
    world.calls.length = 0
    const fine = await world.begin(graph, 'x')
    world.callOf('a').reply('fine')
    await settle()
    expect((await world.state(fine)).output).toMatchObject({ a: { text: 'fine' } })
  })

  test('of a map takes what its items could not', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ a: agent() }), { onError: 'branch' }), rest: transform('steps.m.output.message') }, 'm:error -> rest'), ['x'])
    world.callOf('m[0].a').fail(refused())
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: 'm[0].a: No' })
  })
})

describe('a condition to run', () => {
  test('decides for each item, and what follows says why it was not run', async () => {
    const world = createWorld()
    const body = graphOf({ i: ['input'], big: transform('input', { runIf: 'input > 1' }), after: transform('[steps.big.output]') }, 'i -> big', 'big -> after')
    const run = await world.begin(graphOf({ m: mapOf(body) }), [1, 2])
    const { status, output, steps } = await world.state(run)
    expect([status, output]).toEqual(['completed', [null, [2]]])
    expect([steps['m[0].big']?.state, steps['m[0].after']?.state]).toEqual([{ kind: 'skipped', reason: { kind: 'run-if-false' } }, { kind: 'skipped', reason: { kind: 'upstream-skipped', cause: 'big' } }])
  })

  test.each([['"yes"', 'text'], ['0', 'number'], ['input', 'text']])('that is %s is neither true nor false, and refused', async (runIf, found) => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: transform('1', { runIf }) }), 'x')
    expect((await world.state(run)).error).toMatchObject({ code: 'TYPE_MISMATCH', message: expect.stringContaining(`found ${found}`) as unknown, retryable: false })
  })

  test('is asked once: an attempt that was interrupted goes on', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent({ runIf: 'true' }) }), 'x')
    world.restart()
    await world.engine.start()
    await settle()
    world.callOf('a', 2).reply('done')
    await settle()
    expect((await world.state(run)).status).toBe('completed')
  })
})

describe('a merge', () => {
  test('any: opens by the one that came, fails only when none can come', async () => {
    const graph = graphOf({ a: agent(), b: agent(), m: ['merge', { mode: 'any' }], o: ['output', {}] }, 'a -> m', 'b -> m', 'm -> o')
    const world = createWorld()
    const run = await world.begin(graph, 'x')
    world.callOf('a').fail(refused())
    await settle()
    expect(await typesOf(world, run, 'm')).toEqual([])
    world.callOf('b').fail(refused())
    await settle()
    expect((await world.state(run)).steps.m?.state).toEqual({ kind: 'skipped', reason: { kind: 'upstream-failed', cause: 'b' } })
    expect((await world.state(run)).status).toBe('failed')
  })

  test('in maps: all and any for each item', async () => {
    const body = (mode: string) => graphOf({ a: agent(), b: agent(), m: ['merge', { mode }], o: ['output', { value: 'size(steps.m.output)' }] }, 'a -> m', 'b -> m', 'm -> o')
    for (const [mode, size] of [['any', 1], ['all', 2]] as const) {
      const world = createWorld()
      const run = await world.begin(graphOf({ m: mapOf(body(mode)) }), ['x'])
      world.callOf('m[0].a').reply('A')
      await settle()
      expect((await world.state(run)).steps['m[0].o']?.state.kind).toBe(mode === 'any' ? 'completed' : undefined)
      world.callOf('m[0].b').reply('B')
      await settle()
      expect(await world.state(run)).toMatchObject({ status: 'completed', output: [size] })
    }
  })
})

describe('a map', () => {
  test('within a map keeps to the bounds of both', async () => {
    const world = createWorld()
    const inner = mapOf(graphOf({ a: agent() }), { concurrency: 2 })
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ n: inner }), { concurrency: 2 }) }), [['a', 'b', 'c'], ['d', 'e', 'f'], ['g']])
    for (let answered = 0; answered < 7; answered++) {
      expect(world.calls.length - answered).toBeLessThanOrEqual(4)
      world.calls[answered]!.reply(String(answered))
      await settle()
    }
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: [[{}, {}, {}], [{}, {}, {}], [{}]] })
  })

  test('takes so many items and no more', async () => {
    const world = createWorld()
    const body = graphOf({ t: transform('1') })
    const run = await world.begin(graphOf({ m: mapOf(body) }), Array.from({ length: 2_001 }, () => 0))
    expect((await world.state(run)).error).toMatchObject({ code: 'TOO_MANY_ITEMS', message: expect.stringContaining('2001') as unknown })
  })
})

test('a node has a priority of its own, or that of its run', async () => {
  const world = createWorld()
  await world.begin(graphOf({ a: agent({ priority: 9 }), b: agent() }), 'x')
  expect([world.callOf('a').request.run.priority, world.callOf('b').request.run.priority]).toEqual([9, 5])
})
