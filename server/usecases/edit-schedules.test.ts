import { beforeEach, describe, expect, test } from 'vitest'
import { dataChain } from '@/domain/template/data-chain'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemoryScheduleStore } from '../adapters/memory/memory-schedule-store'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { localActor as me } from './actor'
import { editSchedules, type ScheduleWish } from './edit-schedules'

const start = Date.parse('2026-11-20T10:00:30.000Z')
const wish: ScheduleWish = { name: 'S', cron: '0 9 * * *', zone: 'Asia/Seoul', input: dataChain.exampleInput, version: null, priority: 5, missed: 'skip', catchUp: 10, overlap: 'skip', enabled: true }

async function setUp() {
  const clock = createManualClock(start)
  const workflows = createMemoryWorkflowStore()
  const schedules = createMemoryScheduleStore(workflows)
  let changes = 0
  await workflows.create({ id: 'wf', name: 'W', description: '', graph: dataChain.graph, now: 1 })
  const edit = editSchedules({ schedules, workflows, runLog: createMemoryRunLog({ clock }), clock, ids: createSeededIds(), schedulesChanged: () => void (changes += 1) })
  return { clock, workflows, schedules, edit, changes: () => changes }
}
let world: Awaited<ReturnType<typeof setUp>>
beforeEach(async () => void (world = await setUp()))

const iso = (times: readonly (number | null)[]) => times.map((at) => (at === null ? null : new Date(at).toISOString()))

describe('a schedule', () => {
  test('counts from the moment it is made, and shows its next five fires', async () => {
    const made = await world.edit.create(me, 'wf', wish)
    expect(iso([made.schedule.nextAt])).toEqual(['2026-11-21T00:00:00.000Z'])
    expect(iso(made.nextFires)).toEqual([21, 22, 23, 24, 25].map((day) => `2026-11-${day}T00:00:00.000Z`))
    expect(await world.edit.list(me, 'wf')).toEqual([made])
    expect(world.changes()).toBe(1)
  })

  test('counts from now on again when its time changes or it is switched on, not when its name does', async () => {
    const { schedule } = await world.edit.create(me, 'wf', wish)
    world.clock.advance(3 * 86_400_000)
    const nextAfter = async (change: Partial<ScheduleWish>) => iso([(await world.edit.update(me, schedule.id, change)).schedule.nextAt])[0]
    expect(await nextAfter({ name: 'T', missed: 'all' })).toBe('2026-11-21T00:00:00.000Z')
    expect(await nextAfter({ zone: 'UTC' })).toBe('2026-11-24T09:00:00.000Z')
    await nextAfter({ enabled: false })
    world.clock.advance(30 * 86_400_000)
    expect((await world.edit.find(me, schedule.id)).nextFires).toEqual([])
    expect(await nextAfter({ enabled: true })).toBe('2026-12-24T09:00:00.000Z')
  })

  test('that fits its workflow no more can be switched off, and not on again', async () => {
    const { schedule } = await world.edit.create(me, 'wf', { ...wish, version: 'draft' })
    const graph = { ...dataChain.graph, nodes: dataChain.graph.nodes.map((node) => (node.type === 'input' ? { ...node, config: { schema: { type: 'object', required: ['other'], properties: { other: { type: 'string' } } } } } : node)) }
    await world.workflows.update('wf', { graph }, 1, 2)
    expect((await world.edit.update(me, schedule.id, { enabled: false })).schedule.enabled).toBe(false)
    await expect(world.edit.update(me, schedule.id, { enabled: true })).rejects.toMatchObject({ code: 'INVALID_TRIGGER', issues: [{ path: 'input.other' }] })
  })

  test('a change always shows, also within one millisecond', async () => {
    const { schedule } = await world.edit.create(me, 'wf', wish)
    expect((await world.edit.update(me, schedule.id, { name: 'T' })).schedule.updatedAt).toBe(start + 1)
  })

  test.each<[Partial<ScheduleWish>, { path: string }[]]>([
    [{ cron: '61 * * * *' }, [{ path: 'cron' }]],
    [{ zone: 'Mars/Base' }, [{ path: 'timeZone' }]],
    [{ cron: 'x', zone: '', input: { rows: 'none' } }, [{ path: 'cron' }, { path: 'timeZone' }, { path: 'input.rows' }]],
    [{ input: 7 }, [{ path: 'input' }]],
  ])('that could never start a run is refused: %j', async (change, issues) => {
    await expect(world.edit.create(me, 'wf', { ...wish, ...change })).rejects.toMatchObject({ code: 'INVALID_TRIGGER', issues })
    expect(await world.schedules.list('wf')).toEqual([])
    const { schedule } = await world.edit.create(me, 'wf', wish)
    await expect(world.edit.update(me, schedule.id, change)).rejects.toMatchObject({ code: 'INVALID_TRIGGER' })
    expect(await world.schedules.find(schedule.id)).toEqual(schedule)
  })

  test('names that are not there, and too many', async () => {
    await expect(world.edit.create(me, 'wf_none', wish)).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
    await expect(world.edit.list(me, 'wf_none')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
    for (const call of [world.edit.find(me, 'x'), world.edit.update(me, 'x', {}), world.edit.remove(me, 'x'), world.edit.fires(me, 'x', 5)]) await expect(call).rejects.toMatchObject({ code: 'UNKNOWN_SCHEDULE' })
    for (let count = 0; count < 50; count++) await world.edit.create(me, 'wf', wish)
    await expect(world.edit.create(me, 'wf', wish)).rejects.toMatchObject({ code: 'TOO_MANY_TRIGGERS' })
  })

  test('is removed', async () => {
    const { schedule } = await world.edit.create(me, 'wf', wish)
    await world.edit.remove(me, schedule.id)
    expect(await world.edit.list(me, 'wf')).toEqual([])
  })
})
