import { z } from 'zod'
import { MAX_CRON } from '@/domain/trigger/cron'
import { MISSED_POLICIES, OVERLAP_POLICIES, type Fire, type Schedule } from '@/domain/trigger/schedule'
import { pageOf, Timestamp, timestamp } from './page'

const Name = z.string().trim().min(1).max(120)
const Version = z.union([z.int().min(1), z.literal('draft')]).nullable()
const Priority = z.int().min(0).max(10)

const scheduleFields = {
  name: Name,
  /** Five fields (minute hour day month weekday) or a nickname such as `@daily`. */
  cron: z.string().trim().min(1).max(MAX_CRON),
  /** An IANA name. */
  timeZone: z.string().min(1).max(100),
  input: z.json(),
  /** Null: the newest published version, or the draft where none is published. */
  version: Version,
  priority: Priority,
  /** What becomes of fires that came due while no server ran: none of them, the newest, or the newest `catchUp`. */
  missed: z.enum(MISSED_POLICIES),
  catchUp: z.int().min(1).max(100),
  /** What becomes of a fire while the last run still goes on. */
  overlap: z.enum(OVERLAP_POLICIES),
  enabled: z.boolean(),
}

export const ScheduleWish = z.strictObject({
  ...scheduleFields,
  timeZone: scheduleFields.timeZone.default('UTC'),
  input: scheduleFields.input.default({}),
  version: Version.default(null),
  priority: Priority.default(5),
  missed: scheduleFields.missed.default('skip'),
  catchUp: scheduleFields.catchUp.default(10),
  overlap: scheduleFields.overlap.default('skip'),
  enabled: z.boolean().default(true),
})
export type ScheduleWish = z.infer<typeof ScheduleWish>
/** Fields left out stay as they are. */
export const ScheduleChange = z.strictObject(scheduleFields).partial()
export type ScheduleChange = z.infer<typeof ScheduleChange>

/** What became of one fire. `due`: its run is about to be made. `count` fires were skipped up to this one. */
export const FireBody = z.object({
  dueAt: Timestamp,
  decidedAt: Timestamp,
  outcome: z.enum(['due', 'started', 'failed', 'skipped']),
  runId: z.string().optional(),
  code: z.string().optional(), message: z.string().optional(),
  reason: z.enum(['missed', 'overlap']).optional(), count: z.int().optional(),
})
export type FireBody = z.infer<typeof FireBody>
export const FirePage = pageOf(FireBody)

export const ScheduleBody = z.object({
  id: z.string(), workflowId: z.string(), ...scheduleFields,
  /** The next five; none while it is switched off. */
  nextFires: z.array(Timestamp),
  lastFire: FireBody.nullable(),
  createdAt: Timestamp, updatedAt: Timestamp,
})
export type ScheduleBody = z.infer<typeof ScheduleBody>
export const SchedulePage = pageOf(ScheduleBody)

export function fireBody({ at, decidedAt, outcome: { kind, ...rest } }: Fire): FireBody {
  return { dueAt: timestamp(at), decidedAt: timestamp(decidedAt), outcome: kind, ...rest }
}

export function scheduleBody({ schedule, nextFires, lastFire }: { schedule: Schedule; nextFires: number[]; lastFire: Fire | undefined }): ScheduleBody {
  const { zone, nextAt: _nextAt, createdAt, updatedAt, ...rest } = schedule
  return { ...rest, timeZone: zone, nextFires: nextFires.map(timestamp), lastFire: lastFire ? fireBody(lastFire) : null, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) }
}
