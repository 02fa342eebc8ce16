import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { dataChain } from '@/domain/template/data-chain'
import { readCron } from '@/domain/trigger/cron'
import type { Schedule } from '@/domain/trigger/schedule'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createMemoryScheduleStore } from '@/server/adapters/memory/memory-schedule-store'
import { createMemoryWorkflowStore } from '@/server/adapters/memory/memory-workflow-store'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import { localActor } from '@/server/usecases/actor'
import { startRun } from '@/server/usecases/start-run'
import { settle } from '../engine-world.suite'
import { fireSchedules, type ScheduleRunner } from './fire-schedules'

const MINUTE = 60_000
const start = Date.parse('2026-11-20T10:00:00.000Z')

/** A call of a store, by name, on its way: may throw, may never come back, may take its time. */
type Around = <T>(name: string, call: () => Promise<T>) => Promise<T>
const straight: Around = (_name, call) => call()

function around<T extends object>(store: T, how: () => Around): T {
  return new Proxy(store, {
    get: (target, name) => (...args: unknown[]) => how()(String(name), () => (Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>).apply(target, args)),
  })
}

/** Schedules, runs and a clock; processes come and go over them. */
async function createWorld(change: Partial<Schedule> = {}) {
  const clock = createManualClock(start)
  const workflows = createMemoryWorkflowStore()
  const stores = { runLog: createMemoryRunLog({ clock }), schedules: createMemoryScheduleStore(workflows) }
  const ids = createSeededIds()
  const logged: string[] = []
  await workflows.create({ id: 'wf', name: 'W', description: '', graph: dataChain.graph, now: 1 })
  await stores.schedules.create({
    id: 'sch_a', workflowId: 'wf', name: 'S', cron: '*/10 * * * *', zone: 'UTC', input: dataChain.exampleInput, version: null, priority: 7,
    missed: 'all', catchUp: 100, overlap: 'allow', enabled: true, nextAt: start + 10 * MINUTE, createdAt: 1, updatedAt: 1, ...change,
  })
  const world = {
    clock, workflows, ...stores, logged, how: straight as Around,
    /** Another process over the same stores. */
    process(): ScheduleRunner {
      const how = () => world.how
      const runLog = around(stores.runLog, how)
      const begin = startRun({ proofreader: { check: () => Promise.resolve(undefined) }, runLog, workflows, clock, ids, feed: createRunFeed(), runs: { submit: () => Promise.resolve(), cancel: () => Promise.resolve(), answer: () => Promise.resolve(), noteSnapshot: () => Promise.resolve(), line: () => [], setPause: () => undefined } })
      return fireSchedules({
        schedules: around(stores.schedules, how), clock, logger: (line) => void logged.push(typeof line.message === 'function' ? line.message() : line.message), startRun: (wanted) => begin(localActor, wanted),
        isGoing: async (id: string) => (await runLog.find(id as RunId))?.finishedAt === undefined,
      })
    },
    /** Minute by minute, with time for what each brings. */
    async advance(minutes: number) {
      for (let minute = 0; minute < minutes; minute++) await world.leap(1)
    },
    /** At once, as when a machine slept. */
    async leap(minutes: number) {
      clock.advance(minutes * MINUTE)
      await settle()
    },
    async fires() {
      return (await stores.schedules.fires('sch_a', 1_000)).reverse().map(({ at, outcome }) => `${new Date(at).toISOString().slice(11, 16)} ${outcome.kind}`)
    },
    runs: async () => (await stores.runLog.list({ limit: 200 })).items.reverse(),
    async end(runId: string) {
      const events = await stores.runLog.read(runId as RunId)
      await stores.runLog.append(runId as RunId, [{ type: 'run.cancelled', by: 'me' }], events.length, (added) => foldRun(emptyRun, [...events, ...added]))
    },
  }
  return world
}

describe('a schedule', () => {
  test('starts its runs when they are due, with its input, and says that it did', async () => {
    const world = await createWorld()
    await world.process().start()
    await world.advance(9)
    expect(await world.runs()).toEqual([])
    await world.advance(11)
    const runs = await world.runs()
    expect(runs).toMatchObject([
      { workflowId: 'wf', version: 'draft', priority: 7, origin: { kind: 'schedule', scheduleId: 'sch_a', name: 'S', dueAt: '2026-11-20T10:10:00.000Z' } },
      { origin: { dueAt: '2026-11-20T10:20:00.000Z' } },
    ])
    expect((await world.runLog.read(runs[0]!.id))[0]).toMatchObject({ type: 'run.queued', input: dataChain.exampleInput })
    expect(await world.fires()).toEqual(['10:10 started', '10:20 started'])
  })

  test('goes on after a restart, with what came due in between', async () => {
    const world = await createWorld()
    const first = world.process()
    await first.start()
    await world.advance(10)
    first.stop()
    await world.advance(25)
    expect(await world.runs()).toHaveLength(1)
    await world.process().start()
    expect(await world.fires()).toEqual(['10:10 started', '10:20 started', '10:30 started'])
  })

  test('does not start beside its last run, and does again when that has ended', async () => {
    const world = await createWorld({ overlap: 'skip' })
    await world.process().start()
    await world.advance(20)
    expect(await world.fires()).toEqual(['10:10 started', '10:20 skipped'])
    await world.end((await world.runs())[0]!.id)
    await world.advance(10)
    expect(await world.fires()).toEqual(['10:10 started', '10:20 skipped', '10:30 started'])
    expect(world.logged).toEqual(['Schedule "S" left out 1 of its fires: its last run still goes on'])
  })

  test('says why a run was refused, and tries the next one', async () => {
    const world = await createWorld()
    await world.process().start()
    await world.workflows.update('wf', { graph: emptyGraph }, 1, 2)
    await world.advance(10)
    expect((await world.schedules.fires('sch_a', 1))[0]?.outcome).toMatchObject({ kind: 'failed', code: 'INVALID_GRAPH' })
    await world.workflows.update('wf', { graph: dataChain.graph }, 2, 3)
    await world.advance(10)
    expect(await world.fires()).toEqual(['10:10 failed', '10:20 started'])
  })

  test('is heard of when it changes, and looked at once a minute though nobody says so', async () => {
    const world = await createWorld({ cron: '* * * * *', nextAt: null })
    await world.leap(0.5)
    const process = world.process()
    await process.start()
    await world.schedules.update('sch_a', { nextAt: start + MINUTE })
    expect(world.clock.waiting()).toEqual([start + 1.5 * MINUTE])
    process.changed()
    await settle()
    expect(world.clock.waiting()).toEqual([start + MINUTE])
    await world.leap(0.5)
    expect(await world.fires()).toEqual(['10:01 started'])
    await world.schedules.update('sch_a', { nextAt: null })
    await world.leap(0.25)
    await world.schedules.update('sch_a', { nextAt: start + 2 * MINUTE })
    await world.leap(0.75)
    expect(await world.fires()).toEqual(['10:01 started', '10:02 started'])
  })

  test('that cannot be read is switched off; the others go on', async () => {
    const world = await createWorld()
    await world.schedules.create({ ...(await world.schedules.find('sch_a'))!, id: 'sch_bad', cron: 'never', createdAt: 0 })
    await world.process().start()
    await world.advance(10)
    expect((await world.schedules.find('sch_bad'))?.enabled).toBe(false)
    expect(await world.runs()).toHaveLength(1)
  })

  test('stops with its process', async () => {
    const world = await createWorld()
    const process = world.process()
    await process.start()
    process.stop()
    expect(world.clock.waiting()).toEqual([])
  })
})

test.each(['due', 'decide', 'unsettled', 'claimKey', 'append', 'settle', 'nextAt'])('a store that fails at %s is come back to', async (failing) => {
  const world = await createWorld()
  await world.process().start()
  let failures = 0
  world.how = (name, call) => (name === failing && failures++ < 2 ? Promise.reject(new Error('disk full')) : call())
  await world.advance(15)
  expect(failures).toBeGreaterThan(1)
  expect(await world.fires()).toEqual(['10:10 started'])
  expect(await world.runs()).toHaveLength(1)
  expect(world.logged[0]).toContain('disk full')
})

/** What came due, whatever happened: each fire once, and each run that of one fire. */
async function expectOnce(world: Awaited<ReturnType<typeof createWorld>>) {
  const cron = readCron('*/10 * * * *', 'UTC').cron!
  const due = cron.upTo(world.clock.now(), 1_000).filter((at) => at > start)
  const fires = (await world.schedules.fires('sch_a', 1_000)).reverse()
  expect(fires.map((fire) => fire.at)).toEqual(due)
  expect(fires.every((fire) => fire.outcome.kind === 'started')).toBe(true)
  const runs = await world.runs()
  expect(runs.map((run) => run.origin?.kind === 'schedule' && Date.parse(run.origin.dueAt)).sort()).toEqual(due)
  expect(new Set(fires.map((fire) => fire.outcome.kind === 'started' && fire.outcome.runId))).toEqual(new Set(runs.map((run) => run.id)))
}

/** A process dies at the n-th call of a store: `before` the store has it, or `after`, when nobody hears of it any more. */
const deaths = fc.array(fc.record({ at: fc.integer({ min: 1, max: 14 }), when: fc.constantFrom('before' as const, 'after' as const) }), { minLength: 1, maxLength: 5 })

test('killed at any call of a store, every fire starts one run', async () => {
  let kills = 0
  await fc.assert(fc.asyncProperty(deaths, fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 2 }), async (given, steps) => {
    const world = await createWorld()
    let process = world.process()
    const live = async () => (void process.start(), settle())
    for (const death of given) {
      let calls = 0
      let dead = false
      world.how = async (_name, call) => {
        if (dead) return new Promise(() => undefined)
        if (++calls !== death.at) return call()
        dead = true
        if (death.when === 'after') await call()
        return new Promise(() => undefined)
      }
      await live()
      for (const minutes of steps) await world.leap(minutes)
      if (dead) kills += 1
      process.stop()
      process = world.process()
    }
    world.how = straight
    await live()
    await expectOnce(world)
  }), { numRuns: 60 })
  expect(kills).toBeGreaterThan(60)
})

test('two processes at once, every fire starts one run', async () => {
  await fc.assert(fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 4 })), async (turns) => {
    const world = await createWorld()
    world.how = async (_name, call) => {
      for (let left = turns.next().value as number; left > 0; left--) await new Promise((resolve) => setImmediate(resolve))
      const answer = await call()
      for (let left = turns.next().value as number; left > 0; left--) await new Promise((resolve) => setImmediate(resolve))
      return answer
    }
    const processes = [world.process(), world.process()]
    for (const process of processes) void process.start()
    for (let step = 0; step < 4; step++) {
      await world.leap(10)
      await settle()
      await settle()
    }
    await expectOnce(world)
  }), { numRuns: 20 })
})
