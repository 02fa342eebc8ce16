import { beforeEach, describe, expect, it } from 'vitest'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { RunLog, SnapshotStore } from './run-log'

/** What every SnapshotStore promises. `make` gives an empty one, and the log its runs are in. */
export function snapshotStoreSuite(name: string, make: () => Promise<{ snapshots: SnapshotStore; log: RunLog; /** Makes what is stored unreadable; left out: the store keeps no text. */ spoil?: (id: string) => Promise<void> }>): void {
  describe(`SnapshotStore: ${name}`, () => {
    let snapshots: SnapshotStore
    let spoil: ((id: string) => Promise<void>) | undefined
    const runId = 'run_a' as RunId
    beforeEach(async () => {
      const made = await make()
      snapshots = made.snapshots
      spoil = made.spoil
      await made.log.append(runId, [{ type: 'run.started' }], 0, () => emptyRun)
    })
    const save = (id: string, seq: number, name?: string) =>
      snapshots.save({ id, runId, seq, createdAt: 1_000, state: { ...emptyRun, seq }, ...(name !== undefined && { name }) })

    it('gives back what was saved, in the order of seq', async () => {
      await save('s2', 9, 'named')
      await save('s1', 4)
      expect(await snapshots.list(runId)).toEqual([{ id: 's1', runId, seq: 4, createdAt: 1_000 }, { id: 's2', runId, seq: 9, name: 'named', createdAt: 1_000 }])
      expect(await snapshots.find('s1')).toEqual({ id: 's1', runId, seq: 4, createdAt: 1_000, state: { ...emptyRun, seq: 4 } })
      expect(await snapshots.find('none')).toBeUndefined()
    })

    it('gives back one that was saved without its state, and who asks at once finds it', async () => {
      const saved = snapshots.save({ id: 's1', runId, seq: 4, createdAt: 1_000 })
      expect(await snapshots.find('s1')).toEqual({ id: 's1', runId, seq: 4, createdAt: 1_000 })
      await saved
    })

    it('keeps the others where the run of one is gone', async () => {
      const gone = snapshots.save({ id: 's0', runId: 'run_gone' as RunId, seq: 1, createdAt: 1_000 }).catch(() => undefined)
      const kept = snapshots.save({ id: 's1', runId, seq: 4, createdAt: 1_000 })
      await Promise.all([gone, kept])
      expect((await snapshots.list(runId)).map(({ id }) => id)).toEqual(['s1'])
    })

    it('gives a snapshot that cannot be read without its state', async () => {
      if (!spoil) return
      await save('s1', 4)
      await spoil('s1')
      expect(await snapshots.find('s1')).toEqual({ id: 's1', runId, seq: 4, createdAt: 1_000, unreadable: true })
    })

    it('keeps the newest so many of those without a name', async () => {
      await save('n', 1, 'named')
      await Promise.all([2, 3, 4, 5].map((seq) => snapshots.save({ id: `s${seq}`, runId, seq, createdAt: 1_000 })))
      await snapshots.prune(runId, 2)
      expect((await snapshots.list(runId)).map(({ id }) => id)).toEqual(['n', 's4', 's5'])
      await snapshots.prune('run_other' as RunId, 1)
      expect(await snapshots.list(runId)).toHaveLength(3)
    })

    it('replaces a snapshot of the same id, and removes it', async () => {
      await save('s1', 4)
      await save('s1', 5)
      expect((await snapshots.list(runId)).map((snapshot) => snapshot.seq)).toEqual([5])
      expect(await snapshots.remove('s1')).toBe(true)
      expect(await snapshots.remove('s1')).toBe(false)
    })
  })
}
