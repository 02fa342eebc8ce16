import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunLog } from '@/server/ports/run-log'
import { createWorld, graphOf, settle } from './engine-world.suite'

const twoAgents = graphOf({ a: ['agent', { prompt: 'A' }], b: ['agent', { prompt: 'B' }] }, 'a -> b')

/** A store that can be out of order; nothing it holds is lost. */
function frailLog() {
  const store = { down: false }
  const work = <T>(act: () => Promise<T>): Promise<T> => (store.down ? Promise.reject(new Error('disk I/O error')) : act())
  return {
    store,
    wrap: (log: RunLog): RunLog => ({ ...log, append: (...args) => work(() => log.append(...args)), read: (...args) => work(() => log.read(...args)), unfinished: () => work(() => log.unfinished()), loadGraph: (hash) => work(() => log.loadGraph(hash)) }),
  }
}

test.each([500, 5_000, 600_000])('a store that is away for %i ms loses no run', async (ms) => {
  const { store, wrap } = frailLog()
  const world = createWorld({ log: wrap, models: ({ run }) => (run.nodeId === 'a' && run.attempt === 1 ? 'first' : 'later') })
  store.down = true
  // It is in the log when the engine hears of it: whoever started it need not know.
  await world.begin(twoAgents)
  await world.advance(ms)
  store.down = false
  for (let pause = 0; pause < 10; pause++) await world.advance(60_000)
  const [id] = (await world.store.list({})).items.map((run) => run.id)
  expect((await world.state(id!)).status).toBe('completed')
  expect(world.engine.active()).toBe(0)
})

test.each([500, 5_000, 600_000])('nor one that was at work when it went, for %i ms', async (ms) => {
  const { store, wrap } = frailLog()
  const world = createWorld({ log: wrap })
  const run = await world.begin(twoAgents)
  store.down = true
  world.callOf('a').reply('unheard')
  await settle()
  await world.advance(ms)
  store.down = false
  for (let pause = 0; pause < 10; pause++) await world.advance(60_000)
  // What could not be written down did not happen: the step is asked again.
  world.callOf('a', 2).reply('one')
  await settle()
  world.callOf('b').reply('two')
  await settle()
  expect(await world.state(run)).toMatchObject({ status: 'completed', output: { text: 'two' } })
})

test('start comes back to what it could not take up', async () => {
  const { store, wrap } = frailLog()
  const world = createWorld({ log: wrap })
  const run = await world.begin(twoAgents)
  world.restart()
  store.down = true
  await expect(world.engine.start()).rejects.toThrow('disk')
  store.down = false
  const read = world.store.read
  let refusals = 3
  world.store.read = (...args) => (refusals-- > 0 ? Promise.reject(new Error('busy')) : read(...args))
  await world.engine.start()
  for (let pause = 0; pause < 10; pause++) await world.advance(60_000)
  expect(world.callOf('a', 2)).toBeDefined()
  expect(world.engine.active()).toBe(1)
  await world.engine.cancel(run, 'me')
})

test('whoever else appends wins, and the run goes on from there', async () => {
  const world = createWorld()
  const run = await world.begin(twoAgents)
  const before = await world.state(run)
  await world.store.append(run, [{ type: 'snapshot.saved', snapshotId: 's', atSeq: before.seq }], before.seq, (events) => foldRun(before, events))
  world.callOf('a').reply('lost')
  await settle()
  expect(world.callOf('b')).toBeUndefined()
  await world.advance(1_000)
  world.callOf('a', 2).reply('one')
  await settle()
  world.callOf('b').reply('two')
  await settle()
  const events = await world.events(run)
  expect(events.at(-1)?.type).toBe('run.completed')
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
})

test('a stopped engine writes nothing more', async () => {
  const world = createWorld()
  const run = await world.begin(twoAgents)
  const { seq } = await world.state(run)
  world.callOf('a').say('half an answer')
  world.engine.stop()
  await settle()
  expect(world.callOf('a').signal.aborted).toBe(true)
  world.callOf('a').reply('late')
  await world.advance(60_000)
  expect((await world.state(run)).seq).toBe(seq)
})
