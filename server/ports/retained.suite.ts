import { beforeEach, describe, expect, it } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { LogStore } from './log-store'
import type { Retained, RetainedKinds, SettingStore } from './retained'
import type { RunLog, SnapshotStore } from './run-log'

type Stores = { retained: RetainedKinds; settings: SettingStore; runLog: RunLog; snapshots: SnapshotStore; logs: LogStore; clock: { set(now: number): void } }

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
      expect(await stores.retained.runs.excess({})).toEqual({ count: 0, stays: 3 })
      expect(await stores.retained.runs.excess({ olderThan: 2_001 })).toEqual({ count: 2, stays: 1, oldest: 1_000, newest: 2_000 })
      expect(await stores.retained.runs.excess({ keep: 2 })).toEqual({ count: 1, stays: 2, oldest: 1_000, newest: 1_000 })
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
      expect(await stores.retained.logs.excess({})).toEqual({ count: 0, stays: 2_500 })
      expect(await stores.retained.logs.excess({ olderThan: 1_200 })).toEqual({ count: 1_200, stays: 1_300, oldest: 0, newest: 1_199 })
      expect(await stores.retained.logs.excess({ olderThan: 1_200, keep: 1_000 })).toEqual({ count: 1_500, stays: 1_000, oldest: 0, newest: 1_499 })
      expect((await stores.logs.summary()).total).toBe(2_500)
      expect((await drain(stores.retained.logs, { olderThan: 1_200 })).length).toBeGreaterThan(1)
      expect((await stores.logs.list({ after: 0, limit: 1 })).items).toEqual([written[1_200]])
      expect((await stores.logs.summary()).total).toBe(1_300)
      await drain(stores.retained.logs, { olderThan: 1e9 })
      expect(await stores.retained.logs.excess({ olderThan: 1e9, keep: 1 })).toEqual({ count: 0, stays: 0 })
      expect((await stores.logs.write([line(5_000)]))[0]!.id).toBeGreaterThan(written.at(-1)!.id)
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
