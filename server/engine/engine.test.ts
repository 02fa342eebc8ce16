import { describe, expect, test } from 'vitest'
import { ModelCallFailed } from '@/server/ports/model-gateway'
import { createWorld, graphOf, overloaded, refused, settle } from './engine-world.suite'

const agent = (prompt = 'Say something', more: Record<string, unknown> = {}): [string, Record<string, unknown>] => ['agent', { prompt, ...more }]

describe('a run', () => {
  test('goes through a chain, each reading the one before', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ in: ['input'], a: agent('About {{ input.topic }}'), t: ['transform', { expression: 'steps.a.output.text + "!"' }], out: ['output', { value: 'It said {{ steps.t.output }}' }] }, 'in -> a', 'a -> t', 't -> out'), { topic: 'looms' })
    expect(world.callOf('a').request.messages.at(-1)).toEqual({ role: 'user', content: 'About looms' })
    world.callOf('a').reply('warp')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', output: 'It said warp!' })
    expect(world.engine.active()).toBe(0)
  })

  test('runs what does not depend on each other at once, and puts the shared context first', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ in: ['input'], a: agent('A', { system: 'Role A' }), b: agent('B', { system: 'Role B' }), m: ['merge'] }, 'in -> a', 'in -> b', 'a -> m', 'b -> m'), { topic: 'x' })
    expect(world.calls).toHaveLength(2)
    const systems = world.calls.map((call) => call.request.messages[0]!.content)
    expect(systems[0]!.replace('Role A', '')).toBe(systems[1]!.replace('Role B', ''))
    expect(systems[0]!.indexOf('Role A')).toBeGreaterThan(systems[0]!.indexOf('topic'))
    world.callOf('b').reply('two')
    await settle()
    expect((await world.kinds(run)).m).toBeUndefined()
    world.callOf('a').reply('one')
    await settle()
    expect((await world.state(run)).steps.m?.state).toMatchObject({ kind: 'completed', output: { a: { text: 'one' }, b: { text: 'two' } } })
  })

  test('streams text in pieces of at most 100 ms, in order and whole', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent() }))
    const call = world.callOf('a')
    call.say('one ')
    call.say('two ')
    await world.advance(100)
    call.say('three')
    call.reply('one two three')
    await settle()
    expect((await world.events(run)).flatMap((event) => (event.type === 'step.output' ? [event.text] : []))).toEqual(['one two ', 'three'])
    expect((await world.events(run)).at(-1)?.type).toBe('run.completed')
  })

  test('a cancel reaches the model call, and ends the run', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent() }))
    await world.engine.cancel(run, 'me')
    await settle()
    expect(world.callOf('a').signal.aborted).toBe(true)
    expect(await world.state(run)).toMatchObject({ status: 'cancelled', steps: { a: { state: { kind: 'cancelled' } } } })
    await expect(world.engine.cancel(run, 'me')).rejects.toMatchObject({ code: 'RUN_FINISHED' })
    await expect(world.engine.cancel('run_none' as never, 'me')).rejects.toMatchObject({ code: 'UNKNOWN_RUN' })
  })
})

describe('failures', () => {
  test('what may pass is tried again after a growing pause, what may not is not', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent('x', { retry: { jitter: false, initialMs: 100, maxAttempts: 3 } }) }))
    world.callOf('a', 1).fail(overloaded())
    await settle()
    expect(world.calls).toHaveLength(1)
    await world.advance(100)
    world.callOf('a', 2).fail(overloaded())
    await settle()
    await world.advance(199)
    expect(world.calls).toHaveLength(2)
    await world.advance(1)
    world.callOf('a', 3).reply('at last')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', steps: { a: { attempts: [{ error: { code: 'OVERLOADED' } }, { error: { code: 'OVERLOADED' } }, {}] } } })

    const other = await world.begin(graphOf({ a: agent() }))
    world.calls.at(-1)!.fail(refused())
    await settle()
    expect(await world.state(other)).toMatchObject({ status: 'failed', failedNode: 'a', error: { code: 'REFUSED' } })
  })

  test('nobody is asked again before the time he named, and the wait is told', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent('x', { retry: { jitter: false, initialMs: 100 } }) }))
    world.callOf('a', 1).fail(new ModelCallFailed('RATE_LIMIT_EXCEEDED', 'Used up', { hint: 'Wait.', retryable: true, retryAfterMs: 30_000 }))
    await settle()
    await world.advance(30_099)
    expect(world.calls).toHaveLength(1)
    await world.advance(1)
    world.callOf('a', 2).reply('now')
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', steps: { a: { attempts: [{ error: { code: 'RATE_LIMIT_EXCEEDED', retryAfterMs: 30_000 } }, {}] } } })
  })

  test('whose time is over before that fails at once, and says why', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent('x', { stepTimeoutMs: 20_000, onError: 'fail' }) }))
    world.callOf('a', 1).fail(new ModelCallFailed('RATE_LIMIT_EXCEEDED', 'Used up.', { hint: 'Wait.', retryable: true, retryAfterMs: 30_000 }))
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'failed', error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Used up. It may be asked again only after the time of this step is over.', retryable: false } })
  })

  test('after the last attempt the run fails and says where', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ a: agent('x', { retry: { maxAttempts: 2, initialMs: 0, jitter: false } }), b: agent() }, 'a -> b'))
    world.callOf('a', 1).fail(overloaded())
    await settle()
    await world.advance(1)
    world.callOf('a', 2).fail(overloaded())
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'failed', failedNode: 'a' })
    expect((await world.state(run)).steps.b?.state).toMatchObject({ kind: 'skipped', reason: { kind: 'upstream-failed', cause: 'a' } })
  })

  test.each([
    ['skip', { a: 'skipped', b: 'completed', c: 'skipped' }, 'completed'],
    ['branch', { a: 'failed', b: 'skipped', c: 'completed' }, 'completed'],
    ['fail', { a: 'failed', b: 'skipped', c: 'skipped' }, 'failed'],
  ])('onError %s', async (onError, kinds, status) => {
    const world = createWorld()
    const edges = onError === 'branch' ? ['a -> b', 'a:error -> c'] : ['a -> b']
    const nodes = { a: agent('x', { onError }), b: ['transform', { expression: '1' }] as [string, Record<string, unknown>], ...(onError === 'branch' && { c: ['transform', { expression: '2' }] as [string, Record<string, unknown>] }) }
    const run = await world.begin(graphOf(nodes, ...edges))
    world.callOf('a').fail(refused())
    await settle()
    const { c: _, ...without } = kinds
    expect(await world.kinds(run)).toEqual(onError === 'branch' ? kinds : without)
    expect((await world.state(run)).status).toBe(status)
  })

  test('an attempt that takes too long is aborted and tried again', async () => {
    const world = createWorld()
    await world.begin(graphOf({ a: agent('x', { timeoutMs: 1_000, retry: { initialMs: 10, jitter: false } }) }))
    await world.advance(1_000)
    expect(world.callOf('a').signal.aborted).toBe(true)
    await world.advance(10)
    expect(world.callOf('a', 2)).toBeDefined()
  })

  test('a template at fault fails its step for good, and a value of the wrong type names both', async () => {
    const world = createWorld()
    const broken = await world.begin(graphOf({ a: ['transform', { expression: 'steps.nothing.output.x.y' }] }))
    expect(await world.state(broken)).toMatchObject({ status: 'failed', steps: { a: { attempts: [{}] } } })
    const clash = await world.begin(graphOf({ c: ['condition', { expression: '"yes"' }], x: ['transform', { expression: '1' }] }, 'c:true -> x'))
    expect((await world.state(clash)).error).toMatchObject({ code: 'TYPE_MISMATCH', message: expect.stringMatching(/"c" expects boolean.*found text/) as unknown })
  })
})

describe('branches', () => {
  test('a condition takes one way; the other says who decided, and any goes on with the first', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ in: ['input'], c: ['condition', { expression: 'input.n > 3' }], yes: ['transform', { expression: '"big"' }], no: ['transform', { expression: '"small"' }], m: ['merge', { mode: 'any' }], out: ['output'] }, 'in -> c', 'c:true -> yes', 'c:false -> no', 'yes -> m', 'no -> m', 'm -> out'), { n: 5 })
    expect(await world.kinds(run)).toMatchObject({ yes: 'completed', no: 'skipped', m: 'completed' })
    expect((await world.state(run)).steps.no?.state).toMatchObject({ reason: { kind: 'branch-not-taken', cause: 'c' } })
    expect((await world.state(run)).output).toEqual({ yes: 'big' })
  })

  test('run-if false skips the step; a given output is not computed', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ in: ['input'], a: agent('x', { runIf: 'input.go' }), p: agent('x', { pinnedOutput: { text: 'given' } }) }, 'in -> a', 'in -> p'), { go: false })
    expect(world.calls).toHaveLength(0)
    expect((await world.state(run)).steps).toMatchObject({ a: { state: { kind: 'skipped', reason: { kind: 'run-if-false' } } }, p: { pinned: true, state: { output: { text: 'given' } } } })
  })

  test('a given output leaves by the branch that it names', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ in: ['input'], c: ['condition', { expression: 'true', pinnedOutput: false }], p: ['approval', { prompt: 'x', pinnedOutput: { decision: 'reject', comment: '', by: 'me' } }], yes: ['transform', { expression: '1' }], no: ['transform', { expression: '2' }], back: ['transform', { expression: '3' }] }, 'in -> c', 'in -> p', 'c:true -> yes', 'c:false -> no', 'p:rejected -> back'), {})
    expect(await world.kinds(run)).toMatchObject({ c: 'completed', yes: 'skipped', no: 'completed', back: 'completed' })
  })

  const mapped = (concurrency: number) =>
    graphOf({ in: ['input'], m: ['map', { items: 'input.list', concurrency, body: graphOf({ i: ['input'], a: agent('{{ input }}'), o: ['output', { value: 'steps.a.output.text' }] }, 'i -> a', 'a -> o') }], out: ['output'] }, 'in -> m', 'm -> out')

  test('a map works on few at once and gives results in the order of the items', async () => {
    const world = createWorld()
    const run = await world.begin(mapped(2), { list: ['x', 'y', 'z'] })
    expect(world.calls.map((call) => call.request.run.nodeId)).toEqual(['m[0].a', 'm[1].a'])
    world.callOf('m[1].a').reply('Y')
    await settle()
    expect(world.calls.map((call) => call.request.run.nodeId)).toEqual(['m[0].a', 'm[1].a', 'm[2].a'])
    world.callOf('m[2].a').reply('Z')
    world.callOf('m[0].a').reply('X')
    await settle()
    expect((await world.state(run)).output).toEqual(['X', 'Y', 'Z'])
  })

  test('a map over nothing gives nothing', async () => {
    const world = createWorld()
    expect(await world.state(await world.begin(mapped(2), { list: [] }))).toMatchObject({ status: 'completed', output: [] })
  })
})

describe('what waits for a person', () => {
  const asking = (more: Record<string, unknown> = {}) => graphOf({ in: ['input'], q: ['approval', { prompt: 'Send {{ input.x }}?', ...more }], yes: ['transform', { expression: '1' }], no: ['transform', { expression: '2' }] }, 'in -> q', 'q:approved -> yes', 'q:rejected -> no')

  test.each([['approve', 'yes', 'no'], ['reject', 'no', 'yes']] as const)('%s goes on at its handle', async (decision, taken, left) => {
    const world = createWorld()
    const run = await world.begin(asking(), { x: 'it' })
    expect(await world.state(run)).toMatchObject({ status: 'waiting', waitingFor: ['q'], steps: { q: { input: { prompt: 'Send it?' } } } })
    await world.engine.answer(run, 'q', { decision, comment: 'ok', by: 'me' })
    await settle()
    expect(await world.kinds(run)).toMatchObject({ [taken]: 'completed', [left]: 'skipped' })
    await expect(world.engine.answer(run, 'q', { decision, comment: '', by: 'me' })).rejects.toMatchObject({ code: 'NOT_WAITING' })
  })

  test('the answer may come to another process', async () => {
    const world = createWorld()
    const run = await world.begin(asking(), { x: 'it' })
    world.restart()
    await world.engine.start()
    await settle()
    await world.engine.answer(run, 'q', { decision: 'approve', comment: '', by: 'me' })
    await settle()
    expect((await world.state(run)).status).toBe('completed')
  })

  test('an answer that comes to an engine that has stopped is written down, and the next process goes on', async () => {
    const world = createWorld()
    const run = await world.begin(asking(), { x: 'it' })
    await world.engine.drain(1_000)
    world.engine.stop()
    await world.engine.answer(run, 'q', { decision: 'approve', comment: '', by: 'me' })
    await settle()
    const { q, yes } = await world.kinds(run)
    expect([q, yes]).toEqual(['completed', undefined])
    world.restart()
    await world.engine.start()
    await settle()
    expect(await world.kinds(run)).toMatchObject({ yes: 'completed', no: 'skipped' })
  })

  test.each([['approve', 'completed', 'yes'], ['reject', 'completed', 'no'], ['fail', 'failed', undefined]] as const)('nobody answers in time: %s', async (onTimeout, status, taken) => {
    const world = createWorld()
    const run = await world.begin(asking({ timeoutMs: 5_000, onTimeout }), { x: 'it' })
    await world.advance(5_000)
    expect((await world.state(run)).status).toBe(status)
    if (taken) expect((await world.kinds(run))[taken]).toBe('completed')
  })
})

describe('calls to the outside', () => {
  test('wait as long as the far side says', async () => {
    const world = createWorld()
    const answers: { status: number; headers: Record<string, string>; body: string }[] = [{ status: 429, headers: { 'retry-after': '12' }, body: 'slow down' }, { status: 200, headers: {}, body: 'ok' }]
    let asked = 0
    world.answers.http = () => Promise.resolve(answers[asked++]!)
    const run = await world.begin(graphOf({ h: ['http', { method: 'GET', url: 'http://x', retry: { initialMs: 1, jitter: false } }] }))
    await world.advance(12_000)
    expect(asked).toBe(1)
    await world.advance(1)
    expect(await world.state(run)).toMatchObject({ status: 'completed', steps: { h: { attempts: [{ error: { code: 'HTTP_STATUS', retryAfterMs: 12_000 } }, {}] } } })
  })

  test('carry one key for all attempts of a step', async () => {
    const world = createWorld()
    const statuses = [503, 200]
    world.answers.http = (request) => (world.sent.push({ url: request.url, idempotencyKey: request.idempotencyKey, body: request.body }), Promise.resolve({ status: statuses.shift()!, headers: {}, body: 'b' }))
    const run = await world.begin(graphOf({ in: ['input'], h: ['http', { method: 'POST', url: 'http://x/{{ input.id }}', body: '{{ input | json }}', retry: { initialMs: 1, jitter: false } }] }, 'in -> h'), { id: 7 })
    await world.advance(1)
    expect(world.sent.map((one) => one.idempotencyKey)).toEqual([`${run}/h`, `${run}/h`])
    expect(world.sent[0]).toMatchObject({ url: 'http://x/7', body: '{"id":7}' })
    expect((await world.state(run)).steps.h?.state).toMatchObject({ kind: 'completed', output: { status: 200 } })
  })
})
