import { describe, expect, test } from 'vitest'
import { createWorld, graphOf, overloaded, settle, UNLIMITED } from './engine-world.suite'

const agent = (more: Record<string, unknown> = {}): [string, Record<string, unknown>] => ['agent', { prompt: 'Say something', ...more }]
const talk = (more?: Record<string, unknown>) => graphOf({ a: agent(more) })

describe('places', () => {
  test('what finds none stays queued, says where it stands and why, and starts when one is given back', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, total: 1 } })
    const [first, second, third] = [await world.begin(talk()), await world.begin(talk()), await world.begin(talk(), {}, { priority: 9 })]
    expect((await world.state(second)).status).toBe('queued')
    expect(world.engine.line()).toEqual([{ id: third, place: 1, reason: 'total' }, { id: second, place: 2, reason: 'total' }])
    world.calls[0]!.reply('done')
    await settle()
    expect([(await world.state(first)).status, (await world.state(third)).status, (await world.state(second)).status]).toEqual(['completed', 'running', 'queued'])
  })

  test('a run that waits for a person holds none, and asks for one when it goes on', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, total: 1 } })
    const asking = await world.begin(graphOf({ q: ['approval', { prompt: 'Go on?' }], a: agent() }, 'q:approved -> a'))
    const other = await world.begin(talk())
    expect((await world.state(other)).status).toBe('running')
    const late = await world.begin(talk(), {}, { priority: 10 })
    await world.engine.answer(asking, 'q', { decision: 'approve', comment: '', by: 'me' })
    await settle()
    // What has begun goes before what has not.
    expect(world.engine.line().map(({ id }) => id)).toEqual([asking, late])
    expect(world.calls.map(({ request }) => request.run.runId)).toEqual([other])
    world.calls[0]!.reply('done')
    await settle()
    expect(world.calls.map(({ request }) => request.run.runId)).toEqual([other, asking])
  })

  test('nor does one that pauses before its next try', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, total: 1 } })
    const failing = await world.begin(talk({ retry: { initialMs: 1_000, jitter: false } }))
    const other = await world.begin(talk())
    world.calls[0]!.fail(overloaded())
    await settle()
    expect((await world.state(other)).status).toBe('running')
    await world.advance(1_000)
    expect(world.engine.line().map(({ id }) => id)).toEqual([failing])
    world.calls[1]!.reply('done')
    await settle()
    expect(world.calls.at(-1)!.request.run).toMatchObject({ runId: failing, attempt: 2 })
  })

  test('a limit of one workflow or of a model, inside a map too, holds up nobody else', async () => {
    const world = createWorld({ limits: { total: 9, perWorkflow: 1, perModel: { big: 1 } } })
    const inMap = graphOf({ m: ['map', { items: '[1]', body: talk({ model: 'big' }) }] })
    await world.begin(inMap)
    const same = await world.begin(talk())
    const model = await world.begin(talk({ model: 'big' }), {}, { workflowId: 'other' })
    const free = await world.begin(talk({ model: 'small' }), {}, { workflowId: 'third' })
    // A workflow that has none yet stands before one that has.
    expect(world.engine.line()).toEqual([{ id: model, place: 1, reason: 'model', model: 'big' }, { id: same, place: 2, reason: 'workflow' }])
    expect((await world.state(free)).status).toBe('running')
  })

  test('a limit counts the model that is asked, by whatever name, or by none', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, perModel: { big: 1, default: 1 } } })
    const reasons = async (model?: string) => {
      await world.begin(talk(model === undefined ? {} : { model }))
      return world.engine.line().map((turn) => turn.model)
    }
    expect(await reasons('big')).toEqual([])
    expect(await reasons('alias')).toEqual(['big'])
    expect(await reasons()).toEqual(['big'])
    expect(await reasons('default')).toEqual(['big', 'default'])
  })

  test('a cancelled run leaves the line, and gives back what it held', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, total: 1 } })
    const [first, second, third] = [await world.begin(talk()), await world.begin(talk()), await world.begin(talk())]
    await world.engine.cancel(second, 'me')
    await world.engine.cancel(first, 'me')
    await settle()
    expect(world.engine.line()).toEqual([])
    expect((await world.state(third)).status).toBe('running')
  })

  test('at a restart those that had begun go on first, then by turn, not by who was read first', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, total: 1 } })
    const first = await world.begin(talk())
    const [low, high] = [await world.begin(talk(), {}, { priority: 0 }), await world.begin(talk(), {}, { priority: 9 })]
    world.restart()
    await world.engine.start()
    await settle()
    expect(world.calls.at(-1)!.request.run.runId).toBe(first)
    expect(world.engine.line().map(({ id }) => id)).toEqual([high, low])
  })
})

describe('pauses', () => {
  test('new runs of a paused workflow stay queued, running ones and other workflows go on', async () => {
    const world = createWorld()
    const running = await world.begin(graphOf({ a: agent(), b: agent() }, 'a -> b'))
    world.engine.setPause('wf', 'new')
    const [held, other] = [await world.begin(talk()), await world.begin(talk(), {}, { workflowId: 'other' })]
    world.calls[0]!.reply('done')
    await settle()
    expect(world.calls.map(({ request }) => request.run.runId)).toEqual([running, other, running])
    expect([(await world.state(held)).status, world.engine.line()]).toEqual(['queued', [{ id: held, place: 1, reason: 'paused' }]])
    world.engine.setPause('wf', null)
    await settle()
    expect((await world.state(held)).status).toBe('running')
  })

  test('where all is paused a step at work ends, and no other begins until it is resumed', async () => {
    const world = createWorld({ limits: { ...UNLIMITED, total: 1 } })
    const running = await world.begin(graphOf({ a: agent(), b: agent() }, 'a -> b'))
    const other = await world.begin(talk(), {}, { workflowId: 'other' })
    world.engine.setPause('wf', 'all')
    expect((await world.state(other)).status).toBe('queued')
    world.calls[0]!.reply('done')
    await settle()
    expect((await world.state(running)).steps.a?.state.kind).toBe('completed')
    // Its place went to another meanwhile.
    expect(world.calls.map(({ request }) => request.run.runId)).toEqual([running, other])
    expect(world.engine.line()).toEqual([{ id: running, place: 1, reason: 'paused' }])
    world.calls[1]!.reply('done')
    await settle()
    expect(world.calls).toHaveLength(2)
    world.engine.setPause('wf', null)
    await settle()
    expect(world.calls.map(({ request }) => request.run.runId)).toEqual([running, other, running])
  })

  test('a run halted between steps at work goes on with the next at once when it is resumed, also at "new"', async () => {
    for (const resumed of [null, 'new'] as const) {
      const world = createWorld()
      await world.begin(graphOf({ a: agent(), b: agent(), c: agent() }, 'a -> c'))
      world.engine.setPause('wf', 'all')
      world.calls[0]!.reply('done')
      await settle()
      expect(world.calls).toHaveLength(2)
      world.engine.setPause('wf', resumed)
      await settle()
      expect(world.calls).toHaveLength(3)
    }
  })

  test('a paused run can be cancelled, and stays held over a restart', async () => {
    const world = createWorld()
    world.engine.setPause('wf', 'all')
    const [first, second] = [await world.begin(talk()), await world.begin(talk())]
    await world.engine.cancel(first, 'me')
    world.restart()
    world.engine.setPause('wf', 'all')
    await world.engine.start()
    await settle()
    expect(world.engine.line()).toEqual([{ id: second, place: 1, reason: 'paused' }])
    expect(world.calls).toEqual([])
  })
})
