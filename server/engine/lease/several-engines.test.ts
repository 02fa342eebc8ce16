/**
 * Three processes on one store, one of them killed or frozen at every single touch of log and leases: before the store
 * has heard of it, or after, when the answer is lost. Frozen ones thaw when another has long taken over, and go on with
 * what they were at.
 */
import { describe, expect, it } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import type { RunLimits } from '@/domain/run/admit-runs'
import { emptyRun, isFinished } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunCommands } from '@/server/adapters/memory/memory-run-commands'
import { createMemoryRunLeases } from '@/server/adapters/memory/memory-run-leases'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createSignalHub } from '@/server/adapters/memory/memory-signals'
import { createMemorySharedPlaces } from '@/server/adapters/memory/memory-shared-places'
import { createMemorySnapshotStore } from '@/server/adapters/memory/memory-snapshot-store'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import type { Clock } from '@/server/ports/clock'
import type { FindCallee } from '@/server/ports/callees'
import type { ModelGateway } from '@/server/ports/model-gateway'
import { createSharedFeed } from '@/server/live/shared-feed'
import { createEngine } from '../engine'
import { graphOf, settle } from '../engine-world.suite'
import { createSharedRunPlaces } from './shared-run-places'
import { createLeaseKeeper } from './lease-keeper'
import { createRemoteControl } from './remote-control'
import { createRunWorker } from './run-worker'

type Fault = { at: number; when: 'before' | 'after'; kind: 'kill' | 'freeze' }

const GRAPH = graphOf(
  { in: ['input'], a: ['agent', { prompt: 'a' }], b: ['agent', { prompt: 'b' }], ok: ['approval', { prompt: 'Go on?' }], c: ['agent', { prompt: 'c' }], s: ['subworkflow', { workflowId: 'called', input: '1' }], join: ['merge', { mode: 'all' }], out: ['output', { value: '1' }] },
  'in -> a', 'in -> b', 'a -> ok', 'ok:approved -> c', 'in -> s', 's -> join', 'b -> join', 'c -> join', 'join -> out',
)
/** A workflow that the other one runs. */
const CALLED = graphOf({ in: ['input'], d: ['agent', { prompt: 'd' }] }, 'in -> d')
/** What a model takes. Renewals and the look for work fall into it. */
const MODEL_MS = 12_000

/** `careless`: without the guards of the lease, in the log and before acting. */
function createHouse({ fault, careless = false, limits = { total: 64, perWorkflow: Infinity, perModel: {} } }: { fault?: Fault; careless?: boolean; limits?: RunLimits } = {}) {
  const clock = createManualClock()
  const ids = createSeededIds()
  const store = createMemoryRunLog({ clock })
  const leases = createMemoryRunLeases(clock, store)
  const shared = createMemorySharedPlaces(leases.holds)
  const lineOf = () => shared.line({ limits, paused: new Map(), now: clock.now() })
  const calls = new Set<{ runId: string; owner: string }>()
  let mostAtOnce = 0
  const log = careless ? store : leases.guard
  const commands = createMemoryRunCommands()
  const snapshots = createMemorySnapshotStore()
  const hub = createSignalHub()
  const effects: { key: string; completedBefore: boolean }[] = []
  const refused: string[] = []
  let touches = 0
  let pending = fault

  function createProcess(name: string) {
    let state: 'alive' | 'frozen' | 'dead' = 'alive'
    let onThaw: (() => void)[] = []
    const pass = (): Promise<void> => (state === 'alive' ? Promise.resolve() : new Promise((resolve) => state === 'frozen' && onThaw.push(resolve)))
    /** A touch of the store: the place of a fault. */
    const touch = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
      await pass()
      const hit = ++touches === pending?.at ? pending : undefined
      if (hit) pending = undefined
      const strike = (): void => void (hit && (state = hit.kind === 'kill' ? 'dead' : 'frozen'))
      if (hit?.when === 'before') strike()
      await pass()
      const answer = call(...args)
      answer.catch((error: { code?: string }) => refused.push(`${error.code}`))
      if (hit?.when === 'after') {
        await answer.catch(() => undefined)
        strike()
      }
      await pass()
      return answer
    }
    const own: Clock = {
      now: clock.now,
      wakeAt: (at, wake) => clock.wakeAt(at, () => (state === 'alive' ? wake() : state === 'frozen' && onThaw.push(wake))),
    }
    const models: Pick<ModelGateway, 'chat'> = {
      chat: async ({ run: { runId, nodeId } }, { signal }) => {
        const events = await store.read(runId as RunId)
        effects.push({ key: `${runId}/${nodeId}`, completedBefore: events.some((event) => event.type === 'step.completed' && event.nodeId === nodeId) })
        const call = { runId, owner: name }
        calls.add(call)
        // Runs at work, as a model sees them. What a dead process had is none of them once its lease is over.
        mostAtOnce = Math.max(mostAtOnce, new Set([...calls].filter((one) => leases.holds(one.runId, one.owner)).map((one) => one.runId)).size)
        signal.addEventListener('abort', () => calls.delete(call), { once: true })
        await new Promise<void>((resolve, reject) => {
          own.wakeAt(clock.now() + MODEL_MS, resolve)
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        })
        await pass()
        calls.delete(call)
        return { text: nodeId, finishReason: 'stop', usage: { promptTokens: 1, completionTokens: 1 }, route: { instance: 'i', policy: 'p', queueMs: 0, prefillMs: 1, decodeMs: 1, promptTokens: 1, completionTokens: 1 } }
      },
    }
    const signals = hub()
    const logger = () => undefined
    const keeper = createLeaseKeeper({ leases: { acquire: touch(leases.acquire), renew: touch(leases.renew), release: touch(leases.release), free: leases.free }, owner: name, clock: own, logger })
    const places = createSharedRunPlaces({ places: { ...shared, exchange: async (...wish) => { await pass(); const answer = await shared.exchange(...wish); await pass(); return answer } }, signals, owner: name, limits, clock: own, ids, logger })
    const feed = createSharedFeed({ local: createRunFeed(), log, signals, clock: own, onError: (error) => { throw error } })
    const engine = createEngine({
      log: { ...log, append: touch(log.append) }, feed, snapshots, clock: own, ids, logger, models, limits, places, modelOf: (model: string) => model, findCallee, cancelRun: control.cancel, keeper: careless ? { ...keeper, holds: () => true } : keeper,
      templates: { render: (text) => Promise.resolve(text), evaluate: () => Promise.resolve(true) }, http: { send: () => Promise.reject(new Error('no network')) }, browser: { run: () => Promise.reject(new Error('no browser')), report: () => ({ ready: false, message: '' }) }, python: { run: () => Promise.reject(new Error('no Python')), report: () => ({ level: 'none', message: '' }) },
    })
    return {
      feed, worker: createRunWorker({ engine, keeper, leases, commands, pauses: { paused: () => Promise.resolve([]) }, signals, clock: own, logger, places }),
      frozen: () => state === 'frozen',
      thaw() {
        state = 'alive'
        for (const go of onThaw.splice(0)) go()
        onThaw = []
      },
    }
  }

  const signals = hub()
  const control = createRemoteControl({ runLog: store, commands, signals, clock, ids, line: lineOf })
  const findCallee: FindCallee = async ({ workflowId: id }) => ({ id, name: id, version: 1, graph: CALLED, graphHash: await store.saveGraph(CALLED) })
  const processes = ['p0', 'p1', 'p2'].map(createProcess)
  const web = createSharedFeed({ local: createRunFeed(), log: store, signals, clock, onError: (error) => { throw error } })
  const heard = new Map<string, number[]>()
  web.subscribe(undefined, (runId, events) => heard.set(runId, [...(heard.get(runId) ?? []), ...events.map(({ seq }) => seq)]))

  return {
    clock, store, control, processes, effects, refused, heard, lineOf, mostAtOnce: () => mostAtOnce, touches: () => touches,
    async begin(): Promise<RunId> {
      const runId = ids.next('run') as RunId
      const graphHash = await store.saveGraph(GRAPH)
      const events = await store.append(runId, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 'draft', graphHash, input: {}, priority: 5 }], 0, (added) => foldRun(emptyRun, added))
      web.publish(runId, events)
      await control.submit(runId)
      return runId
    },
    /** Seconds go by, somebody answers what waits, the frozen thaw late, until all runs are at their end. */
    async live(runs: readonly RunId[]): Promise<void> {
      let ended = 0
      for (let second = 0; second < 400; second++) {
        const states = await Promise.all(runs.map(async (run) => foldRun(emptyRun, await store.read(run))))
        for (const [index, { waitingFor }] of states.entries()) if (waitingFor[0] !== undefined && second % 5 === 0) void control.answer(runs[index]!, waitingFor[0], { decision: 'approve', comment: '', by: 'me' }).catch(() => undefined)
        if (second % 60 === 59) processes.filter((one) => one.frozen()).forEach((one) => one.thaw())
        if (states.every(isFinished) && !processes.some((one) => one.frozen()) && ended++ > 12) return
        clock.advance(1_000)
        await settle()
      }
    },
  }
}

/** Those begun and those that their steps started. */
async function everyRun({ store }: ReturnType<typeof createHouse>) {
  const runs = (await store.list({})).items.map(({ id }) => id)
  return { runs, logs: await Promise.all(runs.map((run) => store.read(run))) }
}

async function liveThrough(options: Parameters<typeof createHouse>[0]) {
  const house = createHouse(options)
  await Promise.all(house.processes.map(({ worker }) => worker.start()))
  const runs = [await house.begin(), await house.begin()]
  await settle()
  await house.live(runs)
  return { house, ...(await everyRun(house)) }
}

async function expectWhole({ house, runs, logs }: Awaited<ReturnType<typeof liveThrough>>, what: string): Promise<void> {
  expect(runs, what).toHaveLength(4)
  for (const [index, events] of logs.entries()) {
    expect(`${what}: ${foldRun(emptyRun, events).status}`).toBe(`${what}: completed`)
    const completed = events.flatMap((event) => (event.type === 'step.completed' ? [event.nodeId] : []))
    expect(completed.toSorted(), what).toEqual([...new Set(completed)].toSorted())
    const told = house.heard.get(runs[index]!)
    // Who died between writing a run's first event and saying so told nobody, and nobody could have asked for it yet.
    const first = told?.[0] === 2 && events[0]?.type === 'run.queued' && events[0].origin?.kind === 'run' ? 1 : 0
    expect(told, what).toEqual(events.slice(first).map(({ seq }) => seq))
  }
  expect(house.effects.filter(({ completedBefore }) => completedBefore), what).toEqual([])
}

describe('several processes on one store', () => {
  it('share the runs, and each step is worked on once', async () => {
    const lived = await liveThrough({})
    await expectWhole(lived, 'no fault')
    expect(lived.house.effects).toHaveLength(8)
  })

  for (const kind of ['kill', 'freeze'] as const) for (const when of ['before', 'after'] as const) {
    it(`end every run though one is struck at any touch of the store: ${kind}, ${when} it is heard`, async () => {
      const { house } = await liveThrough({})
      const all = house.touches()
      expect(all).toBeGreaterThan(20)
      let refusals = 0
      for (let at = 1; at <= all; at++) {
        const lived = await liveThrough({ fault: { at, when, kind } })
        await expectWhole(lived, `${kind} ${when} touch ${at} of ${all}`)
        refusals += lived.house.refused.filter((code) => code === 'LEASE_LOST').length
      }
      // Somebody thawed and tried.
      if (kind === 'freeze' && when === 'before') expect(refusals).toBeGreaterThan(0)
    })
  }

  it('keep the limits of all together, and the share of one that is killed or frozen comes back with its lease', async () => {
    const one = { total: 1, perWorkflow: Infinity, perModel: {} }
    const { house } = await liveThrough({ limits: one })
    expect(house.mostAtOnce()).toBe(1)
    // Without the limit they do not take turns by themselves.
    expect((await liveThrough({})).house.mostAtOnce()).toBeGreaterThan(1)
    const all = house.touches()
    for (const kind of ['kill', 'freeze'] as const) for (let at = 1; at <= all; at += 3) {
      const lived = await liveThrough({ limits: one, fault: { at, when: 'after', kind } })
      await expectWhole(lived, `one place, ${kind} after touch ${at} of ${all}`)
      expect(lived.house.mostAtOnce(), `${kind} after touch ${at}`).toBe(1)
    }
  })

  it('stand in one line, whichever process has them', async () => {
    const house = createHouse({ limits: { total: 1, perWorkflow: Infinity, perModel: {} } })
    await Promise.all(house.processes.map(({ worker }) => worker.start()))
    const runs = [await house.begin(), await house.begin(), await house.begin()]
    await settle()
    // The two others, and what a step of the first has started.
    expect((await house.lineOf()).map(({ place, reason }) => `${place} ${reason}`)).toEqual(['1 total', '2 total', '3 total'])
    await house.live(runs)
    expect(await house.lineOf()).toEqual([])
  })

  it('would not without its guards: a thawed process does again what another has done', async () => {
    const { house } = await liveThrough({})
    let repeated = 0
    for (let at = 1; at <= house.touches(); at++) {
      const lived = await liveThrough({ fault: { at, when: 'after', kind: 'freeze' }, careless: true })
      repeated += lived.house.effects.filter(({ completedBefore }) => completedBefore).length
    }
    expect(repeated).toBeGreaterThan(0)
  })

  it('lets what is at work end when one is stopped, and the others go on', async () => {
    const house = createHouse()
    await Promise.all(house.processes.map(({ worker }) => worker.start()))
    const runs = [await house.begin(), await house.begin()]
    await settle()
    for (const { worker } of house.processes.slice(0, 2)) {
      const stopped = worker.stop(30_000)
      await settle()
      house.clock.advance(MODEL_MS + 1_000)
      await settle()
      await stopped
    }
    await house.live(runs)
    await expectWhole({ house, ...(await everyRun(house)) }, 'rolling restart')
    // Nothing was interrupted: as many effects as steps.
    expect(house.effects).toHaveLength(8)
  })

  it('says so when nobody is there to carry a command out, and does it later', async () => {
    const house = createHouse()
    const run = await house.begin()
    const asked = house.control.cancel(run, 'me').catch((error: { code: string }) => error.code)
    for (let second = 0; second < 16; second++) {
      house.clock.advance(1_000)
      await settle()
    }
    expect(await asked).toBe('NO_ENGINE')
    await house.processes[0]!.worker.start()
    await settle()
    expect(foldRun(emptyRun, await house.store.read(run)).status).toBe('cancelled')
    await expect(house.control.cancel(run, 'me')).rejects.toMatchObject({ code: 'RUN_FINISHED' })
    await expect(house.control.cancel('run_none' as RunId, 'me')).rejects.toMatchObject({ code: 'UNKNOWN_RUN' })
  })
})
