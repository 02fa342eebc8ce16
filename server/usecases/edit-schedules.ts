import { checkInput } from '@/domain/run/check-input'
import { describeCronIssue, isTimeZone, readCron, type Cron } from '@/domain/trigger/cron'
import type { Fire, Schedule } from '@/domain/trigger/schedule'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { RunLog } from '@/server/ports/run-log'
import type { ScheduleStore } from '@/server/ports/schedule-store'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import { chosenVersion } from './chosen-version'
import { InvalidTrigger, NotFound, TooManyTriggers } from './refusals'

type Deps = { schedules: ScheduleStore; workflows: WorkflowStore; runLog: RunLog; clock: Clock; ids: Ids; schedulesChanged: () => void }

export type ScheduleWish = Pick<Schedule, 'name' | 'cron' | 'zone' | 'input' | 'version' | 'priority' | 'missed' | 'catchUp' | 'overlap' | 'enabled'>
export type ScheduleView = { schedule: Schedule; nextFires: number[]; lastFire: Fire | undefined }

/** Fields that decide when and with what a run starts. */
const COUNTS = ['cron', 'zone', 'input', 'version'] as const
const MAX_SCHEDULES = 50
/** Fires to come that are shown. */
const SHOWN_FIRES = 5

/** Schedules as people keep them. A change counts from now on: what was due before it is not made up for. */
export function editSchedules({ schedules, workflows, runLog, clock, ids, schedulesChanged }: Deps) {
  const found = async (id: string): Promise<Schedule> => {
    const schedule = await schedules.find(id)
    if (!schedule) throw new NotFound('UNKNOWN_SCHEDULE', `There is no schedule ${id}`, 'It may have been deleted, or its workflow was.')
    return schedule
  }
  const view = async (schedule: Schedule): Promise<ScheduleView> => ({
    schedule,
    nextFires: schedule.enabled ? (readCron(schedule.cron, schedule.zone).cron?.after(clock.now(), SHOWN_FIRES) ?? []) : [],
    lastFire: (await schedules.fires(schedule.id, 1))[0],
  })
  const check = async (workflowId: string, { cron, zone, input, version }: Pick<Schedule, 'cron' | 'zone' | 'input' | 'version'>): Promise<Cron> => {
    const workflow = await workflows.find(workflowId)
    if (!workflow) throw new UnknownWorkflow(workflowId)
    const { graph } = await chosenVersion({ workflows, runLog }, workflow, version ?? undefined)
    const zoneIssues = isTimeZone(zone) ? [] : [{ path: 'timeZone', message: `There is no time zone "${zone}"` }]
    const read = readCron(cron, zoneIssues.length === 0 ? zone : 'UTC')
    const cronIssues = read.issue ? [{ path: 'cron', message: describeCronIssue(read.issue) }] : []
    const inputIssues = checkInput(graph, input).map(({ path, message }) => ({ path: path === '' ? 'input' : `input.${path}`, message }))
    const issues = [...cronIssues, ...zoneIssues, ...inputIssues]
    if (issues.length > 0 || read.issue) throw new InvalidTrigger(issues)
    return read.cron
  }
  return {
    async list(actor: Actor, workflowId: string): Promise<ScheduleView[]> {
      authorise(actor, 'workflows.read')
      if (!(await workflows.find(workflowId))) throw new UnknownWorkflow(workflowId)
      return Promise.all((await schedules.list(workflowId)).map(view))
    },
    async find(actor: Actor, id: string): Promise<ScheduleView> {
      authorise(actor, 'workflows.read')
      return view(await found(id))
    },
    /** @throws {UnknownWorkflow} {InvalidTrigger} {TooManyTriggers} */
    async create(actor: Actor, workflowId: string, wish: ScheduleWish): Promise<ScheduleView> {
      authorise(actor, 'workflows.write')
      const cron = await check(workflowId, wish)
      if ((await schedules.list(workflowId)).length >= MAX_SCHEDULES) throw new TooManyTriggers('schedules', MAX_SCHEDULES)
      const now = clock.now()
      const schedule: Schedule = { id: ids.next('sch'), workflowId, ...wish, nextAt: cron.after(now, 1)[0] ?? null, createdAt: now, updatedAt: now }
      await schedules.create(schedule)
      schedulesChanged()
      return view(schedule)
    },
    /** @throws {NotFound} {InvalidTrigger} */
    async update(actor: Actor, id: string, wish: Partial<ScheduleWish>): Promise<ScheduleView> {
      authorise(actor, 'workflows.write')
      const old = await found(id)
      const next = { ...old, ...wish }
      const now = clock.now()
      // One that fits no more can still be switched off, and given another name.
      const counts = (next.enabled && !old.enabled) || COUNTS.some((field) => wish[field] !== undefined)
      const cron = counts ? await check(old.workflowId, next) : undefined
      // Always another `updatedAt`: a decision on what was read before is refused by it.
      const updated = await schedules.update(id, { ...wish, ...(cron && { nextAt: cron.after(now, 1)[0] ?? null }), updatedAt: Math.max(now, old.updatedAt + 1) })
      schedulesChanged()
      return view(updated ?? (await found(id)))
    },
    async remove(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'workflows.write')
      await found(id)
      await schedules.remove(id)
    },
    async fires(actor: Actor, id: string, limit: number): Promise<Fire[]> {
      authorise(actor, 'workflows.read')
      await found(id)
      return schedules.fires(id, limit)
    },
  }
}
