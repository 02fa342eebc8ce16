import type { Fire, Schedule } from '@/domain/trigger/schedule'
import { KEPT_FIRES, type ScheduleStore } from '@/server/ports/schedule-store'
import type { WorkflowStore } from '@/server/ports/workflow-store'

/** Schedules for tests. */
export function createMemoryScheduleStore(workflows: Pick<WorkflowStore, 'find'>): ScheduleStore {
  const schedules = new Map<string, Schedule>()
  const fires = new Map<string, Fire[]>()

  async function present(): Promise<Schedule[]> {
    for (const { id, workflowId } of schedules.values()) if (!(await workflows.find(workflowId))) schedules.delete(id)
    return [...schedules.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  }
  const found = async (id: string) => (await present()).find((schedule) => schedule.id === id)
  const firesOf = (id: string) => [...(fires.get(id) ?? [])].sort((a, b) => b.at - a.at)

  return {
    create: async (schedule) => {
      if (schedules.has(schedule.id) || !(await workflows.find(schedule.workflowId))) throw new Error(`Schedule ${schedule.id} cannot be made`)
      schedules.set(schedule.id, structuredClone(schedule))
    },
    find: async (id) => structuredClone(await found(id)),
    list: async (workflowId) => structuredClone((await present()).filter((schedule) => schedule.workflowId === workflowId)),
    update: async (id, change) => {
      const old = await found(id)
      if (!old) return undefined
      schedules.set(id, structuredClone({ ...old, ...change }))
      return structuredClone(schedules.get(id))
    },
    remove: async (id) => {
      fires.delete(id)
      return schedules.delete(id)
    },
    due: async (now) => structuredClone((await present()).filter(({ enabled, nextAt }) => enabled && nextAt !== null && nextAt <= now)),
    nextAt: async () => {
      const times = (await present()).flatMap(({ enabled, nextAt }) => (enabled && nextAt !== null ? [nextAt] : []))
      return times.length === 0 ? undefined : Math.min(...times)
    },
    decide: async ({ id, nextAt, updatedAt }, decision) => {
      await present()
      // From here on without a pause: of two at once, the second sees what the first wrote.
      const now = schedules.get(id)
      if (!now?.enabled || now.nextAt !== nextAt || now.updatedAt !== updatedAt) return false
      schedules.set(id, { ...now, nextAt: decision.nextAt })
      const all = [...structuredClone(decision.fires), ...firesOf(id)].sort((a, b) => b.at - a.at)
      fires.set(id, all.filter((fire, index) => index < KEPT_FIRES || fire.outcome.kind === 'due'))
      return true
    },
    unsettled: async () => {
      const pairs = (await present()).flatMap((schedule) => firesOf(schedule.id).flatMap((fire) => (fire.outcome.kind === 'due' ? [{ fire, schedule }] : [])))
      return structuredClone(pairs.sort((a, b) => a.fire.at - b.fire.at))
    },
    settle: async ({ scheduleId, at }, outcome) => {
      fires.set(scheduleId, firesOf(scheduleId).map((fire) => (fire.at === at && fire.outcome.kind === 'due' ? { ...fire, outcome } : fire)))
    },
    lastRun: async (id) => structuredClone(firesOf(id).find((fire) => fire.outcome.kind === 'due' || fire.outcome.kind === 'started')),
    fires: async (id, limit) => structuredClone(firesOf(id).slice(0, limit)),
  }
}
