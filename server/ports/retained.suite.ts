import { beforeEach, describe, expect, it } from 'vitest'
import { LARGE_BYTES } from '@/domain/run/large-value'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { LogStore } from './log-store'
import type { Retained, RetainedKinds, SettingStore } from './retained'
import type { RunLog, SnapshotStore } from './run-log'
import type { SampleStore } from './sample-store'

type Stores = { retained: RetainedKinds; settings: SettingStore; runLog: RunLog; snapshots: SnapshotStore; logs: LogStore; samples: SampleStore; clock: { set(now: number): void } }

/** What Retained and SettingStore promise. `make` gives empty stores over one clock. */
export function retainedSuite(name: string, make: () => Promise<Stores>): void {
  describe(`Retained: ${name}`, () => {
    let stores: Stores
    beforeEach(async () => {
      stores = await make()
    })
    const id = (name: string) => `run_${name}` as RunId
    const ended: RunFact = { type: 'run.completed', output: null }

    /** A run whose last fact is recorded at `at`. */
    async function run(name: string, at: number, ...facts: RunFact[]): Promise<void> {
      stores.clock.set(at)
      const all: RunFact[] = [{ type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }, ...facts]
      await stores.runLog.append(id(name), all, 0, (events) => foldRun(emptyRun, events))
      await stores.runLog.claimKey({ workflowId: 'wf', key: name, runId: id(name), bodyHash: '', at }, 0)
    }
    async function left(): Promise<string[]> {
      return (await stores.runLog.list({ limit: 200 })).items.map((one) => one.id.slice(4)).sort()
    }
    async function drain(kind: Retained, limit: Parameters<Retained['deleteSome']>[0]): Promise<number[]> {
      const batches: number[] = []
      for (let count = await kind.deleteSome(limit); count > 0; count = await kind.deleteSome(limit)) batches.push(count)
      return batches
    }

    it('deletes finished runs by age and count, whole, and never one that goes on', async () => {
      await run('old', 1_000, ended)
      await run('failed', 2_000, { type: 'run.failed', error: { code: 'X', message: 'x', retryable: false } })
      await run('going', 1_000)
      await run('waiting', 1_000, { type: 'step.started', nodeId: 'a', attempt: 1 }, { type: 'run.waiting', nodeIds: ['a'] })
      await run('new', 9_000, ended)
      expect(await stores.retained.runs.excess({})).toMatchObject({ count: 0, stays: 3 })
      expect(await stores.retained.runs.excess({ olderThan: 2_001 })).toMatchObject({ count: 2, stays: 1, oldest: 1_000, newest: 2_000 })
      expect(await stores.retained.runs.excess({ keep: 2 })).toMatchObject({ count: 1, stays: 2, oldest: 1_000, newest: 1_000 })
      await drain(stores.retained.runs, { olderThan: 2_001 })
      expect(await left()).toEqual(['going', 'new', 'waiting'])
      expect(await stores.runLog.read(id('old'))).toEqual([])
      expect(await stores.runLog.find(id('old'))).toBeUndefined()
      expect(await stores.runLog.findKey('wf', 'old', 0)).toBeUndefined()
      expect(await stores.runLog.findKey('wf', 'new', 0)).toMatchObject({ runId: 'run_new' })
      expect(await stores.runLog.unfinished()).toEqual(['run_going', 'run_waiting'])
      await drain(stores.retained.runs, { olderThan: 1e9, keep: 1 })
      expect(await left()).toEqual(['going', 'waiting'])
    })

    it('keeps a run with a snapshot that a person named, and takes the others with their snapshots', async () => {
      await run('named', 1_000, ended)
      await run('automatic', 1_000, ended)
      const snapshot = { seq: 2, createdAt: 1_000, state: emptyRun }
      await stores.snapshots.save({ id: 's1', runId: id('named'), name: 'Before the change', ...snapshot })
      await stores.snapshots.save({ id: 's2', runId: id('automatic'), ...snapshot })
      await drain(stores.retained.runs, { olderThan: 1e9 })
      expect(await left()).toEqual(['named'])
      expect(await stores.snapshots.find('s1')).toBeDefined()
      expect(await stores.snapshots.find('s2')).toBeUndefined()
    })

    it('goes from the oldest on, a few at a time', async () => {
      for (let index = 0; index < 23; index++) await run(String(index).padStart(2, '0'), 1_000 + index, ended)
      expect(await stores.retained.runs.deleteSome({ keep: 3 })).toBeLessThan(20)
      expect((await left()).at(0)).not.toBe('00')
      expect((await left()).at(-1)).toBe('22')
      await drain(stores.retained.runs, { keep: 3 })
      expect(await left()).toEqual(['20', '21', '22'])
    })

    it('deletes log lines by age and count, oldest first, and goes on counting ids up', async () => {
      const line = (at: number) => ({ at, level: 'INFO' as const, component: 'engine', category: 'task' as const, message: `at ${at}` })
      const written = await stores.logs.write(Array.from({ length: 2_500 }, (_, index) => line(index)))
      expect(await stores.retained.logs.excess({})).toMatchObject({ count: 0, stays: 2_500 })
      expect(await stores.retained.logs.excess({ olderThan: 1_200 })).toMatchObject({ count: 1_200, stays: 1_300, oldest: 0, newest: 1_199 })
      expect(await stores.retained.logs.excess({ olderThan: 1_200, keep: 1_000 })).toMatchObject({ count: 1_500, stays: 1_000, oldest: 0, newest: 1_499 })
      expect((await stores.logs.summary()).total).toBe(2_500)
      expect((await drain(stores.retained.logs, { olderThan: 1_200 })).length).toBeGreaterThan(1)
      expect((await stores.logs.list({ after: 0, limit: 1 })).items).toEqual([written[1_200]])
      expect((await stores.logs.summary()).total).toBe(1_300)
      await drain(stores.retained.logs, { olderThan: 1e9 })
      expect(await stores.retained.logs.excess({ olderThan: 1e9, keep: 1 })).toMatchObject({ count: 0, stays: 0 })
      expect((await stores.logs.write([line(5_000)]))[0]!.id).toBeGreaterThan(written.at(-1)!.id)
    })

    const completed = (nodeId: string, text: string): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1 }, { type: 'step.completed', nodeId, attempt: 1, output: text }]

    it('tells what runs take up and deletes by size, oldest first, and a large value with the last that holds it', async () => {
      const large = LARGE_BYTES + 1_000
      await run('a', 1_000, ...completed('n', 'x'.repeat(10_000)), ended)
      await run('b', 2_000, ...completed('n', 'y'.repeat(large)), ended)
      await run('c', 3_000, ...completed('n', 'z'.repeat(large)), ended)
      await run('d', 4_000, ...completed('n', 'z'.repeat(large)), ended)
      await run('e', 5_000, ...completed('n', 'x'.repeat(20_000)), ended)
      await run('going', 1_000, ...completed('n', 'x'.repeat(50_000)))
      const { runs } = stores.retained
      const all = await runs.excess({ olderThan: 1e9 })
      expect(all).toMatchObject({ count: 5, stays: 0, staysBytes: 0, values: { count: 2, bytes: 2 * (large + 2) } })
      expect(all.bytes).toBeGreaterThan(30_000)
      expect(all.bytes).toBeLessThan(36_000)
      // The newest two with what they hold; then the value of c counts for d.
      const two = await runs.excess({ keep: 2 })
      expect(two).toMatchObject({ count: 3, values: { count: 1, bytes: large + 2 } })
      expect(two.staysBytes).toBeGreaterThan(20_000 + large)
      expect(two.bytes + two.staysBytes + two.values!.bytes).toBe(all.bytes + all.values!.bytes)
      expect(await runs.excess({ maxBytes: two.staysBytes })).toEqual(two)
      expect(await runs.excess({ maxBytes: two.staysBytes - 1 })).toMatchObject({ count: 4, stays: 1, values: { count: 2 } })
      expect(await runs.excess({ maxBytes: 1e9 })).toMatchObject({ count: 0, stays: 5, bytes: 0 })
      expect(await runs.excess({ maxBytes: two.staysBytes, keep: 1 })).toMatchObject({ count: 4 })
      await drain(runs, { maxBytes: two.staysBytes })
      expect(await left()).toEqual(['d', 'e', 'going'])
      expect(await runs.excess({ maxBytes: two.staysBytes })).toMatchObject({ count: 0, staysBytes: two.staysBytes })
      await run('f', 6_000, ...completed('n', 'x'.repeat(5_000)), ended)
      await drain(runs, { maxBytes: two.staysBytes })
      expect(await left()).toEqual(['e', 'f', 'going'])
      await drain(runs, { maxBytes: 1 })
      expect(await left()).toEqual(['going'])
    })

    it('tells what log lines take up and deletes them by size, oldest first', async () => {
      const line = (at: number, text: string) => ({ at, level: 'INFO' as const, component: 'engine', category: 'task' as const, message: text.repeat(1_000) })
      await stores.logs.write(Array.from({ length: 40 }, (_, index) => line(index, 'a')))
      const { logs } = stores.retained
      const newest = await logs.excess({ keep: 10 })
      expect(newest).toMatchObject({ count: 30, stays: 10 })
      expect(newest.bytes).toBeGreaterThan(30 * 1_000)
      expect(newest.bytes).toBeLessThan(30 * 3_000)
      expect(await logs.excess({ maxBytes: newest.staysBytes })).toEqual(newest)
      expect(await logs.excess({ maxBytes: newest.staysBytes - 1 })).toMatchObject({ count: 31, stays: 9 })
      expect(await logs.excess({ maxBytes: 1e9 })).toMatchObject({ count: 0, bytes: 0, stays: 40 })
      await drain(logs, { maxBytes: newest.staysBytes })
      expect((await stores.logs.summary()).total).toBe(10)
      await stores.logs.write([line(100, 'b'), line(101, 'b')])
      // One of the new ones may take up a few bytes more, being told at a later time.
      await drain(logs, { maxBytes: newest.staysBytes + 100 })
      expect((await stores.logs.list({ after: 0, limit: 100 })).items.map(({ at }) => at)).toEqual([32, 33, 34, 35, 36, 37, 38, 39, 100, 101])
      await drain(logs, { maxBytes: 1 })
      expect((await stores.logs.summary()).total).toBe(0)
    })

    it('deletes samples by age, count and size: whole moments, oldest first', async () => {
      const bucket = (at: number, subject: string) => ({ kind: 'fleet' as const, stepMs: 10_000, at, subject, figures: { text: 'x'.repeat(100) } })
      await stores.samples.write(Array.from({ length: 10 }, (_, index) => [bucket(index * 10_000, 'a'), bucket(index * 10_000, 'b')]).flat(), { name: 'fleet', from: undefined, to: 1 })
      const { samples } = stores.retained
      const old = await samples.excess({ olderThan: 30_000 })
      expect(old).toMatchObject({ count: 6, stays: 14, oldest: 0, newest: 20_000 })
      expect(old.bytes).toBeGreaterThan(6 * 100)
      expect(old.bytes / old.staysBytes).toBeCloseTo(6 / 14)
      expect(await samples.excess({ keep: 13 })).toMatchObject({ count: 6, stays: 14 })
      expect(await samples.excess({ maxBytes: old.staysBytes })).toMatchObject({ count: 6, stays: 14 })
      expect(await samples.excess({})).toMatchObject({ count: 0, bytes: 0, stays: 20 })
      await drain(samples, { maxBytes: old.staysBytes })
      const left = await stores.samples.read({ kind: 'fleet', stepMs: 10_000, from: 0, to: 1e9 })
      expect([left.length, left[0]!.at]).toEqual([14, 30_000])
      await drain(samples, { olderThan: 50_000 })
      await drain(samples, { keep: 4 })
      expect((await stores.samples.read({ kind: 'fleet', stepMs: 10_000, from: 0, to: 1e9 })).map(({ at }) => at)).toEqual([80_000, 80_000, 90_000, 90_000])
    })

    it('keeps what was set, by name', async () => {
      expect(await stores.settings.read('a')).toBeUndefined()
      await stores.settings.write('a', { on: true, list: [1, null] })
      await stores.settings.write('b', 1)
      await stores.settings.write('a', { on: false })
      expect([await stores.settings.read('a'), await stores.settings.read('b')]).toEqual([{ on: false }, 1])
    })
  })
}
