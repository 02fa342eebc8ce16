import { describe, expect, test } from 'vitest'
import type { RunId } from '@/domain/run/run-event'
import { spanIdOf } from '@/server/ports/trace-context'
import { createWorld, graphOf, overloaded, settle, UNLIMITED } from './engine-world.suite'

const GREETING = graphOf({ in: ['input', { schema: { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] } }], a: ['agent', { prompt: 'Greet {{ input.who }}' }], out: ['output', { value: 'steps.a.output.text' }] }, 'in -> a', 'a -> out')
const caller = (config: Record<string, unknown> = {}) => graphOf({ in: ['input'], s: ['subworkflow', { workflowId: 'greeting', input: { who: 'input.name' }, ...config }], out: ['output', { value: 'steps.s.output' }] }, 'in -> s', 's -> out')

function setUp(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options)
  world.workflows.greeting = GREETING
  return { ...world, restart: world.restart, started: async (run: RunId, key = 's') => (await world.state(run)).steps[key]?.subRun?.runId as RunId, engine: () => world.engine }
}

describe('a step that runs another workflow', () => {
  test('starts a run of it and takes its output; each names the other', async () => {
    const world = setUp()
    const run = await world.begin(caller(), { name: 'Mina' })
    const sub = await world.started(run)
    expect(await world.state(sub)).toMatchObject({ status: 'running', workflowId: 'greeting', input: { who: 'Mina' }, origin: { kind: 'run', runId: run, nodeId: 's', attempt: 1, callers: [{ id: 'wf', name: 'W' }] } })
    world.callOf('a').reply('Hello, Mina')
    await settle()
    expect(await world.state(sub)).toMatchObject({ status: 'completed', output: 'Hello, Mina' })
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: 'Hello, Mina' })
  })

  test('stands in the trace that its caller was called in, inside of the step; its calls are told so', async () => {
    const world = setUp()
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }
    const run = await world.begin(caller(), { name: 'Mina' }, { trace })
    const inside = { ...trace, spanId: spanIdOf(run, 's') }
    expect((await world.state(await world.started(run))).trace).toEqual(inside)
    expect(world.callOf('a').request.run.trace).toEqual(inside)
  })

  test('holds no place while it waits: one place is enough for any depth', async () => {
    const world = setUp({ limits: { ...UNLIMITED, total: 1 }, models: () => 'Hello' })
    world.workflows.middle = caller()
    const run = await world.begin(caller({ workflowId: 'middle', input: '' }), { name: 'Mina' })
    await world.advance(1_000)
    expect((await world.state(run)).status).toBe('completed')
  })

  test('runs one for each item of a map, in order', async () => {
    const world = setUp({ models: ({ messages }) => `said ${messages.at(-1)!.content}` })
    const body = graphOf({ i: ['input'], s: ['subworkflow', { workflowId: 'greeting', input: { who: 'input' } }] }, 'i -> s')
    const run = await world.begin(graphOf({ in: ['input'], m: ['map', { items: 'input.names', concurrency: 2, body }] }, 'in -> m'), { names: ['A', 'B', 'C'] })
    await world.advance(1_000)
    expect((await world.state(run)).output).toEqual(['said Greet A', 'said Greet B', 'said Greet C'])
    expect(new Set(await Promise.all([0, 1, 2].map((index) => world.started(run, `m[${index}].s`)))).size).toBe(3)
  })

  test('is cancelled down to the model call when the outer run is', async () => {
    const world = setUp()
    const run = await world.begin(caller(), { name: 'Mina' })
    const sub = await world.started(run)
    await world.engine().cancel(run, 'me')
    await settle()
    expect((await world.state(sub)).status).toBe('cancelled')
    expect(world.callOf('a').signal.aborted).toBe(true)
  })

  test('fails when its run is cancelled by itself, or when its time is over; then that run ends too', async () => {
    const world = setUp()
    const cancelled = await world.begin(caller(), { name: 'Mina' })
    await world.engine().cancel(await world.started(cancelled), 'me')
    await settle()
    expect((await world.state(cancelled)).error).toMatchObject({ code: 'SUB_RUN_CANCELLED', retryable: false })
    const late = await world.begin(caller({ timeoutMs: 1_000 }), { name: 'Mina' })
    await world.advance(1_000)
    expect((await world.state(late)).error).toMatchObject({ code: 'TIMEOUT' })
    expect((await world.state(await world.started(late))).status).toBe('cancelled')
  })

  test('is tried again by a run that goes on from the one that failed: what was completed is not done twice', async () => {
    const world = setUp()
    world.workflows.greeting = graphOf({ in: ['input'], h: ['http', { method: 'POST', url: 'https://x.test' }], a: ['agent', { prompt: 'p', retry: { maxAttempts: 1 } }] }, 'in -> h', 'h -> a')
    const run = await world.begin(caller({ input: 'input' }), { name: 'Mina' })
    const first = await world.started(run)
    world.callOf('a').fail(overloaded())
    await settle()
    await world.advance(60_000)
    const second = await world.started(run)
    expect(second).not.toBe(first)
    expect((await world.state(second)).parentRunId).toBe(first)
    world.calls.at(-1)!.reply('at last')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: { text: 'at last' } })
    expect(world.sent.map(({ idempotencyKey }) => idempotencyKey)).toEqual([`${first}/h`])
  })

  test('keeps to the version and the input that it began with, whatever is published meanwhile', async () => {
    const world = setUp()
    const run = await world.begin(caller(), { name: 'Mina' })
    world.workflows.greeting = graphOf({ in: ['input'], out: ['output', { value: '"new"' }] }, 'in -> out')
    world.restart()
    await world.engine().start()
    await settle()
    world.calls.at(-1)!.reply('as it was')
    await settle()
    expect((await world.state(run)).output).toBe('as it was')
  })

  test.each([
    ['an input that does not fit', { input: { other: '1' } }, 'INVALID_INPUT', 'who is missing'],
    ['a circle', { workflowId: 'loop', input: '' }, 'WORKFLOW_CYCLE', 'loop → loop'],
  ])('refuses %s, and starts nothing', async (_what, config, code, words) => {
    const world = setUp()
    world.workflows.loop = caller({ workflowId: 'loop', input: '' })
    const run = await world.begin(caller(config), { name: 'Mina' })
    await world.advance(1_000)
    const { error } = await world.state(run)
    expect(error).toMatchObject({ code })
    expect(error?.message).toContain(words)
  })

  test('goes through eight workflows, and no further', async () => {
    const world = setUp({ models: () => 'deep' })
    for (let depth = 1; depth < 10; depth++) world.workflows[`w${depth}`] = depth === 9 ? graphOf({ in: ['input'], out: ['output', {}] }, 'in -> out') : caller({ workflowId: `w${depth + 1}`, input: '' })
    const run = await world.begin(caller({ workflowId: 'w3', input: '' }), {})
    const deep = await world.begin(caller({ workflowId: 'w1', input: '' }), {})
    for (let turn = 0; turn < 20; turn++) await world.advance(1_000)
    expect((await world.state(run)).status).toBe('completed')
    expect((await world.state(deep)).error).toMatchObject({ code: 'WORKFLOW_CYCLE' })
  })

  test('a run that nobody waits for any more is cancelled when it is taken up, though who should have done it is dead', async () => {
    const world = setUp()
    const run = await world.begin(caller(), { name: 'Mina' })
    const sub = await world.started(run)
    world.engine().stop()
    const { seq } = await world.state(run)
    await world.store.append(run, [{ type: 'step.cancelled', nodeId: 's' }, { type: 'run.cancelled', by: 'me' }], seq, () => ({ seq: seq + 2, status: 'cancelled', workflowId: 'wf', workflowName: 'W', version: 'draft', graphHash: '', input: null, priority: 5, waitingFor: [], steps: {}, messages: [], memory: { cells: {}, history: [] }, finishedAt: 1 }))
    world.restart()
    await world.engine().start()
    await settle()
    expect((await world.state(sub)).status).toBe('cancelled')
  })
})
