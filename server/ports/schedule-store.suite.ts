import { beforeEach, describe, expect, it } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import type { Fire, FireOutcome, Schedule } from '@/domain/trigger/schedule'
import { KEPT_FIRES, type ScheduleStore } from './schedule-store'
import type { WorkflowStore } from './workflow-store'

const schedule = (id: string, change: Partial<Schedule> = {}): Schedule => ({
  id, workflowId: 'wf_a', name: 'Jeden Tag 매일', cron: '0 9 * * *', zone: 'Asia/Seoul', input: { topic: 'é', n: [1, null] }, version: null, priority: 5,
  missed: 'once', catchUp: 10, overlap: 'skip', enabled: true, nextAt: 1_000, createdAt: 1, updatedAt: 1, ...change,
})
const fire = (scheduleId: string, at: number, outcome: FireOutcome = { kind: 'due' }): Fire => ({ scheduleId, at, decidedAt: at + 1, outcome })

/** What every ScheduleStore promises. `make` gives an empty one, and the workflows it belongs to. */
export function scheduleStoreSuite(name: string, make: () => Promise<{ schedules: ScheduleStore; workflows: WorkflowStore }>): void {
  describe(`ScheduleStore: ${name}`, () => {
    let store: ScheduleStore
    let workflows: WorkflowStore
    beforeEach(async () => {
      ;({ schedules: store, workflows } = await make())
      for (const id of ['wf_a', 'wf_b']) await workflows.create({ id, name: id, description: '', graph: emptyGraph, now: 1 })
    })

    it('gives back what was created, by id and by workflow', async () => {
      const all = [schedule('sch_b', { createdAt: 1, version: 3 }), schedule('sch_a', { createdAt: 2, version: 'draft', nextAt: null }), schedule('sch_c', { workflowId: 'wf_b' })]
      for (const one of all) await store.create(one)
      for (const one of all) expect(await store.find(one.id)).toEqual(one)
      expect(await store.list('wf_a')).toEqual([all[0], all[1]])
      expect(await store.find('sch_none')).toBeUndefined()
      await expect(store.create(all[0]!)).rejects.toThrow()
      await expect(store.create(schedule('sch_d', { workflowId: 'wf_none' }))).rejects.toThrow()
    })

    it('changes only what is named, and removes', async () => {
      await store.create(schedule('sch_a'))
      expect(await store.update('sch_a', { enabled: false, nextAt: null, input: [], updatedAt: 9 })).toEqual(schedule('sch_a', { enabled: false, nextAt: null, input: [], updatedAt: 9 }))
      expect(await store.find('sch_a')).toEqual(schedule('sch_a', { enabled: false, nextAt: null, input: [], updatedAt: 9 }))
      expect(await store.update('sch_none', { enabled: false })).toBeUndefined()
      expect(await store.remove('sch_a')).toBe(true)
      expect(await store.remove('sch_a')).toBe(false)
    })

    it('knows what is due, and when the next is', async () => {
      expect(await store.nextAt()).toBeUndefined()
      for (const one of [schedule('sch_a', { nextAt: 2_000 }), schedule('sch_b'), schedule('sch_off', { enabled: false, nextAt: 5 }), schedule('sch_never', { nextAt: null })]) await store.create(one)
      expect(await store.nextAt()).toBe(1_000)
      const due = async (now: number) => (await store.due(now)).map((one) => one.id)
      expect(await due(999)).toEqual([])
      expect(await due(1_000)).toEqual(['sch_b'])
      expect((await due(2_000)).sort()).toEqual(['sch_a', 'sch_b'])
    })

    it('lets one of many decide, and writes nothing of the others', async () => {
      const read = schedule('sch_a')
      await store.create(read)
      const answers = await Promise.all([1, 2, 3].map((decidedAt) => store.decide(read, { fires: [{ ...fire('sch_a', 1_000), decidedAt }], nextAt: 2_000 })))
      expect(answers.filter(Boolean)).toHaveLength(1)
      expect(await store.fires('sch_a', 10)).toHaveLength(1)
      expect((await store.find('sch_a'))?.nextAt).toBe(2_000)
      expect(await store.decide(read, { fires: [fire('sch_a', 1_500)], nextAt: 3_000 })).toBe(false)
    })

    it.each([
      ['was changed', (id: string) => store.update(id, { cron: '1 1 1 1 1', updatedAt: 2 })],
      ['was switched off', (id: string) => store.update(id, { enabled: false })],
      ['was removed', (id: string) => store.remove(id)],
    ])('refuses a decision on a schedule that %s since', async (_what, change) => {
      await store.create(schedule('sch_a'))
      await change('sch_a')
      expect(await store.decide(schedule('sch_a'), { fires: [fire('sch_a', 1_000)], nextAt: 2_000 })).toBe(false)
      expect(await store.fires('sch_a', 10)).toEqual([])
    })

    it('keeps fires unsettled until they are settled, once', async () => {
      await store.create(schedule('sch_a'))
      await store.create(schedule('sch_b'))
      await store.decide(schedule('sch_a'), { fires: [fire('sch_a', 1_000, { kind: 'skipped', reason: 'missed', count: 4 }), fire('sch_a', 1_300)], nextAt: 2_000 })
      await store.decide(schedule('sch_b'), { fires: [fire('sch_b', 1_200)], nextAt: null })
      expect((await store.unsettled()).map((one) => [one.schedule.id, one.fire.at])).toEqual([['sch_b', 1_200], ['sch_a', 1_300]])
      expect((await store.unsettled())[1]).toEqual({ fire: fire('sch_a', 1_300), schedule: schedule('sch_a', { nextAt: 2_000 }) })
      await store.settle({ scheduleId: 'sch_a', at: 1_300 }, { kind: 'started', runId: 'run_a' })
      await store.settle({ scheduleId: 'sch_a', at: 1_300 }, { kind: 'failed', code: 'X', message: 'late' })
      await store.settle({ scheduleId: 'sch_a', at: 1_000 }, { kind: 'started', runId: 'run_x' })
      await store.settle({ scheduleId: 'sch_b', at: 1_200 }, { kind: 'failed', code: 'INVALID_INPUT', message: 'no' })
      expect(await store.unsettled()).toEqual([])
      expect(await store.fires('sch_a', 10)).toEqual([fire('sch_a', 1_300, { kind: 'started', runId: 'run_a' }), fire('sch_a', 1_000, { kind: 'skipped', reason: 'missed', count: 4 })])
      expect(await store.lastRun('sch_a')).toEqual(fire('sch_a', 1_300, { kind: 'started', runId: 'run_a' }))
      expect(await store.lastRun('sch_b')).toBeUndefined()
    })

    it('forgets old fires, but none whose run is yet to be made', async () => {
      let now = schedule('sch_a')
      await store.create(now)
      for (let at = 1; at <= KEPT_FIRES + 5; at++) {
        await store.decide(now, { fires: [fire('sch_a', at, at === 2 ? { kind: 'due' } : { kind: 'skipped', reason: 'overlap', count: 1 })], nextAt: 1_000 + at })
        now = { ...now, nextAt: 1_000 + at }
      }
      const kept = (await store.fires('sch_a', 1_000)).map((one) => one.at)
      expect(kept).toHaveLength(KEPT_FIRES + 1)
      expect(kept.slice(-2)).toEqual([6, 2])
    })

    it('goes with its workflow, with its fires', async () => {
      await store.create(schedule('sch_a'))
      await store.decide(schedule('sch_a'), { fires: [fire('sch_a', 1_000)], nextAt: 2_000 })
      await workflows.remove('wf_a')
      expect(await store.find('sch_a')).toBeUndefined()
      expect(await store.due(9_999)).toEqual([])
      expect(await store.unsettled()).toEqual([])
      expect(await store.nextAt()).toBeUndefined()
    })
  })
}
