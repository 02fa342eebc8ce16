import type { EpochMs } from '@/domain/json'
import type { Decision, Fire, FireOutcome, Schedule } from '@/domain/trigger/schedule'

export type ScheduleChange = Partial<Omit<Schedule, 'id' | 'workflowId' | 'createdAt'>>

/** Fires kept for each schedule; those whose run is yet to be made are kept whatever their number. */
export const KEPT_FIRES = 100

/**
 * Schedules and what was decided about their fires. They are gone with their workflow.
 * S1. A fire is decided once: `decide` moves `nextAt` on and writes the fires together, or does neither.
 * S2. What `decide` has answered survives a kill.
 */
export type ScheduleStore = {
  create(schedule: Schedule): Promise<void>
  find(id: string): Promise<Schedule | undefined>
  /** Oldest first. */
  list(workflowId: string): Promise<Schedule[]>
  update(id: string, change: ScheduleChange): Promise<Schedule | undefined>
  remove(id: string): Promise<boolean>
  /** Switched on, with a fire at or before `now`. */
  due(now: EpochMs): Promise<Schedule[]>
  /** When the next of all schedules is due; undefined: none is. */
  nextAt(): Promise<EpochMs | undefined>
  /** @returns false when the schedule is no longer as it was read: another decided, or a person changed it */
  decide(schedule: Schedule, decision: Decision): Promise<boolean>
  /** Fires that are `due`, oldest first, with their schedules. */
  unsettled(): Promise<{ fire: Fire; schedule: Schedule }[]>
  /** What became of a fire that is `due`; any other keeps its outcome. */
  settle(fire: Pick<Fire, 'scheduleId' | 'at'>, outcome: Exclude<FireOutcome, { kind: 'due' }>): Promise<void>
  /** The newest fire that made a run, or is about to. */
  lastRun(id: string): Promise<Fire | undefined>
  /** Newest first. */
  fires(id: string, limit: number): Promise<Fire[]>
}
