import { describe, expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import { reusedFacts } from '@/domain/run/fork-run'
import { emptyRun } from '@/domain/run/run-state'
import { createWorld, graphOf, settle } from './engine-world.suite'

type Node = [type: string, config?: Record<string, unknown>]
const send = (to: string, more: Record<string, unknown> = {}): Node => ['message', { to, retry: { maxAttempts: 1 }, ...more }]
const receive = (more: Record<string, unknown> = {}): Node => ['message', { mode: 'receive', ...more }]
const agent: Node = ['agent', { prompt: 'Say something' }]

/** A writer that sends what it wrote to a critic on another branch. */
const pair = (sends: Record<string, unknown> = {}, receives: Record<string, unknown> = {}) =>
  graphOf({ in: ['input'], writer: agent, say: send('hear', { payload: 'steps.writer.output.text', ...sends }), hear: receive(receives), critic: ['transform', { expression: 'steps.hear.output.payload' }] },
    'in -> writer', 'writer -> say', 'in -> hear', 'hear -> critic')

test('what one branch sends, another that waits for it receives', async () => {
  const world = createWorld()
  const run = await world.begin(pair())
  expect(await world.kinds(run)).toMatchObject({ hear: 'running' })
  world.callOf('writer').reply('초안')
  await settle()
  const state = await world.state(run)
  expect(state.status).toBe('completed')
  expect(state.steps.hear?.state).toMatchObject({ output: { id: 'say', from: 'say', to: 'hear', payload: '초안' } })
  expect(state.steps.critic?.state).toMatchObject({ output: '초안' })
  expect(state.messages).toEqual([expect.objectContaining({ from: 'say', to: 'hear', payload: '초안', state: expect.objectContaining({ kind: 'received' }) as object })])
  const told = (await world.events(run)).filter(({ type }) => type.startsWith('message.') || type === 'step.completed').map((event) => `${event.type} ${'nodeId' in event ? event.nodeId : ''}`)
  expect(told.slice(2)).toEqual(['message.sent say', 'step.completed say', 'message.received hear', 'step.completed hear', 'step.completed critic'])
})

test('one that was sent before anybody waited is kept', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ say: send('hear', { payload: '"early"' }), slow: agent, hear: receive() }, 'slow -> hear'))
  expect((await world.state(run)).messages).toMatchObject([{ state: { kind: 'queued' } }])
  await world.advance(3_600_000)
  world.callOf('slow').reply('')
  await settle()
  expect((await world.state(run)).steps.hear?.state).toMatchObject({ output: { payload: 'early' } })
})

test('who waits holds nothing: a new process finds it waiting, on its first attempt and until the same time', async () => {
  const world = createWorld()
  const run = await world.begin(pair({}, { waitMs: 10_000 }))
  await world.advance(6_000)
  world.restart()
  await world.engine.start()
  await settle()
  const waiting = await world.state(run)
  expect(waiting.steps.hear).toMatchObject({ state: { kind: 'running', attempt: 1 }, attempts: [{ attempt: 1 }] })
  // The agent's call died with the process, the wait did not.
  expect((await world.events(run)).filter((event) => event.type === 'step.retrying').map((event) => event.nodeId)).toEqual(['writer'])
  await world.advance(3_999)
  expect((await world.kinds(run)).hear).toBe('running')
  await world.advance(1)
  expect((await world.state(run)).steps.hear?.state).toMatchObject({ kind: 'failed', error: { code: 'MESSAGE_TIMEOUT', message: 'No message for "hear" came within 10000 ms', retryable: false } })
})

test('a message sent is not sent again, and one received not received again, by the next process', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ say: send('hear', { payload: '1' }), hear: receive(), slow: agent }, 'hear -> slow'))
  world.restart()
  await world.engine.start()
  await settle()
  world.callOf('slow', 2).reply('')
  await settle()
  const events = await world.events(run)
  expect(events.filter((event) => event.type.startsWith('message.')).map((event) => event.type)).toEqual(['message.sent', 'message.received'])
  expect(foldRun(emptyRun, events)).toEqual(await world.state(run))
  expect((await world.state(run)).status).toBe('completed')
})

test('who waits for a message does not keep a person from being asked', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ gate: ['approval', { prompt: 'Say it?' }], say: send('hear', { payload: '1' }), hear: receive() }, 'gate:approved -> say'))
  expect(await world.state(run)).toMatchObject({ status: 'waiting', waitingFor: ['gate'] })
  await world.engine.answer(run, 'gate', { decision: 'approve', comment: '', by: 'me' })
  await settle()
  expect((await world.state(run)).status).toBe('completed')
})

describe('a wait that ends', () => {
  test('may take the error branch', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ slow: agent, say: send('hear'), hear: receive({ waitMs: 100, onError: 'branch' }), alone: ['transform', { expression: 'steps.hear.output.code' }] }, 'slow -> say', 'hear:error -> alone'))
    await world.advance(100)
    expect((await world.state(run)).steps.alone?.state).toMatchObject({ output: 'MESSAGE_TIMEOUT' })
  })
  test('the time limit of the node counts too', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ slow: agent, say: send('hear'), hear: receive({ timeoutMs: 200 }) }, 'slow -> say'))
    await world.advance(200)
    expect((await world.state(run)).steps.hear?.state).toMatchObject({ error: { code: 'MESSAGE_TIMEOUT', message: 'No message for "hear" came within 200 ms' } })
  })
  test('without any wait, it takes only what is there', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ say: send('hear', { payload: '7' }), slow: agent, hear: receive({ waitMs: 0 }), say2: send('none'), none: receive({ waitMs: 0, onError: 'skip' }) }, 'slow -> hear', 'slow -> say2'))
    expect((await world.kinds(run)).none).toBe('skipped')
    world.callOf('slow').reply('')
    await settle()
    expect((await world.kinds(run)).hear).toBe('completed')
  })
})

test('a message nobody receives in time expires, and the log says so', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ say: send('hear', { payload: '1', ttlMs: 1_000 }), slow: agent, hear: receive({ waitMs: 100 }) }, 'slow -> hear'))
  await world.advance(999)
  expect((await world.state(run)).messages[0]?.state.kind).toBe('queued')
  await world.advance(1)
  expect((await world.state(run)).messages[0]?.state).toEqual({ kind: 'expired', at: world.clock.now() })
  expect((await world.events(run)).at(-1)).toMatchObject({ type: 'message.expired', nodeId: 'say', messageId: 'say' })
  world.callOf('slow').reply('')
  await settle()
  await world.advance(100)
  expect((await world.state(run)).error?.code).toBe('MESSAGE_TIMEOUT')
})

test('the time of a message goes on while no server runs', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ say: send('hear', { payload: '1', ttlMs: 1_000 }), slow: agent, hear: receive() }, 'slow -> hear'))
  world.engine.stop()
  await world.advance(5_000)
  world.restart()
  await world.engine.start()
  await settle()
  expect((await world.state(run)).messages[0]?.state.kind).toBe('expired')
})

describe('a full queue', () => {
  const many = (sends: Record<string, unknown>) =>
    graphOf({ slow: agent, hear: receive({ capacity: 2 }), a: send('hear', { payload: '"a"', ttlMs: 1_000 }), b: send('hear', { payload: '"b"' }), c: send('hear', { payload: '"c"', ...sends }) }, 'slow -> hear')
  test('refuses one more, and names who takes no more', async () => {
    const world = createWorld()
    const run = await world.begin(many({}))
    expect((await world.state(run)).steps.c?.state).toMatchObject({ kind: 'failed', error: { code: 'MESSAGE_QUEUE_FULL', message: '"hear" has 2 messages waiting and takes no more than 2', retryable: true } })
    expect((await world.state(run)).messages.map(({ from }) => from)).toEqual(['a', 'b'])
  })
  test('is tried again, and has room when one has expired', async () => {
    const world = createWorld()
    const run = await world.begin(many({ retry: { maxAttempts: 2, initialMs: 2_000, jitter: false } }))
    expect((await world.state(run)).steps.c).toMatchObject({ state: { kind: 'running' }, attempts: [{ error: { code: 'MESSAGE_QUEUE_FULL' } }] })
    await world.advance(1_000)
    await world.advance(1_000)
    expect((await world.kinds(run)).c).toBe('completed')
    world.callOf('slow').reply('')
    await settle()
    // The oldest that is left, not the one that came first.
    expect((await world.state(run)).steps.hear?.state).toMatchObject({ output: { from: 'b', payload: 'b' } })
    expect((await world.state(run)).status).toBe('completed')
  })
})

test('too long a message is refused, with its size', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ in: ['input'], say: send('hear', { payload: 'input' }), hear: receive() }), '가'.repeat(350_000))
  expect((await world.state(run)).steps.say?.state).toMatchObject({ kind: 'failed', error: { code: 'MESSAGE_TOO_LARGE', message: 'The message of "say" has 1050002 bytes as JSON; a message has at most 1048576', retryable: false } })
  expect((await world.state(run)).messages).toEqual([])
})

test('who wants to hear from one does not hear another', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ a: send('hear', { payload: '"a"' }), slow: agent, b: send('hear', { payload: '"b"' }), hear: receive({ from: 'b' }) }, 'slow -> b'))
  expect((await world.kinds(run)).hear).toBe('running')
  world.callOf('slow').reply('')
  await settle()
  expect((await world.state(run)).steps.hear?.state).toMatchObject({ output: { from: 'b' } })
})

describe('in a map', () => {
  const mapOf = (body: object): Node => ['map', { items: '[1, 2]', body }]
  test('each item has its own ends', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ i: ['input'], say: send('hear', { payload: 'input' }), hear: receive(), o: ['output', { value: 'steps.hear.output.payload' }] }, 'i -> say', 'i -> hear', 'hear -> o')) }))
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: [1, 2] })
  })
  test('an item may send to what stands around the map', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ i: ['input'], say: send('hear', { payload: 'input' }) }, 'i -> say')), hear: receive({ from: 'say' }) }))
    expect(await world.state(run)).toMatchObject({ status: 'completed', steps: { hear: { state: { output: { from: 'm[0].say', to: 'hear', payload: 1 } } } } })
    expect((await world.state(run)).messages.map(({ state }) => state.kind)).toEqual(['received', 'queued'])
  })
  test('one that would reach nobody fails and says so', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ m: mapOf(graphOf({ i: ['input'], say: send('gone') }, 'i -> say')) }))
    expect((await world.state(run)).steps['m[0].say']?.state).toMatchObject({ error: { code: 'MESSAGE_NO_RECEIVER', retryable: false } })
  })
})

test('a fork that sends again also receives again; what it takes over has been said already', async () => {
  const world = createWorld()
  const graph = graphOf({ writer: agent, say: send('hear', { payload: 'steps.writer.output.text' }), hear: receive(), critic: agent, other: send('left', { payload: '1', ttlMs: 1_000 }), wait: agent, left: receive() }, 'writer -> say', 'hear -> critic', 'wait -> left')
  const run = await world.begin(graph)
  world.callOf('writer').reply('x')
  await settle()
  const parent = await world.state(run)
  const reused = (from: string) => reusedFacts(parent, run, graph, { from, overrides: {}, newInput: false }).map((fact) => `${fact.type} ${'nodeId' in fact ? fact.nodeId : ''}`)
  expect(reused('writer')).toEqual(['message.sent other', 'step.started other', 'step.completed other'])
  expect(reused('critic').filter((line) => line.startsWith('message'))).toEqual(['message.sent other', 'message.sent say', 'message.received hear'])
})
