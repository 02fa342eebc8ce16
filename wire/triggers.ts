import { z } from 'zod'
import type { Delivery, Hook } from '@/domain/trigger/hook'
import { MAX_CRON } from '@/domain/trigger/cron'
import { MISSED_POLICIES, OVERLAP_POLICIES, type Fire, type Schedule } from '@/domain/trigger/schedule'
import { Failure } from '@/domain/run/run-event'
import { pageOf, Timestamp, timestamp } from './page'
import { RUN_STATUSES } from './runs'

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

const hookFields = {
  name: Name,
  version: Version,
  priority: Priority,
  enabled: z.boolean(),
  /** How long a call waits for the run's output; 0: it is answered at once. */
  waitMs: z.int().min(0).max(60_000),
  perMinute: z.int().min(1).max(6_000),
  maxBytes: z.int().min(1).max(1_048_576),
}

export const HookWish = z.strictObject({
  ...hookFields,
  version: Version.default(null),
  priority: Priority.default(5),
  enabled: z.boolean().default(true),
  waitMs: hookFields.waitMs.default(0),
  perMinute: hookFields.perMinute.default(60),
  maxBytes: hookFields.maxBytes.default(262_144),
})
export type HookWish = z.infer<typeof HookWish>
/** Fields left out stay as they are. */
export const HookChange = z.strictObject(hookFields).partial()
export type HookChange = z.infer<typeof HookChange>

/** `status` is that of the answer; `code` why it was refused, or `DUPLICATE`. */
export const DeliveryBody = z.object({
  id: z.string(), deliveryId: z.string().nullable(), receivedAt: Timestamp, bytes: z.int(), status: z.int(),
  code: z.string().nullable(), message: z.string().nullable(), runId: z.string().nullable(),
})
export type DeliveryBody = z.infer<typeof DeliveryBody>
export const DeliveryPage = pageOf(DeliveryBody)

export const HookBody = z.object({ id: z.string(), workflowId: z.string(), ...hookFields, secretEnd: z.string(), lastDelivery: DeliveryBody.nullable(), createdAt: Timestamp, updatedAt: Timestamp })
export type HookBody = z.infer<typeof HookBody>
export const HookPage = pageOf(HookBody)
/** The secret proves a bearer, the signing key makes signatures. Neither is ever shown again. */
export const HookWithSecret = HookBody.extend({ secret: z.string(), signingKey: z.string() })
export type HookWithSecret = z.infer<typeof HookWithSecret>

/** 202 at once. 200 with `output` and `error` where the hook waits and the run ended in time. */
export const HookAnswerBody = z.object({ id: z.string(), status: z.enum(RUN_STATUSES), duplicate: z.boolean(), output: z.json().optional(), error: Failure.nullable().optional() })

export function deliveryBody({ hookId: _hookId, receivedAt, ...rest }: Delivery): DeliveryBody {
  return { ...rest, receivedAt: timestamp(receivedAt) }
}

export function hookBody({ hook, lastDelivery }: { hook: Omit<Hook, 'secretHash'>; lastDelivery: Delivery | undefined }): HookBody {
  return { ...hook, lastDelivery: lastDelivery ? deliveryBody(lastDelivery) : null, createdAt: timestamp(hook.createdAt), updatedAt: timestamp(hook.updatedAt) }
}

export function hookWithSecret({ secret, signingKey, ...view }: Parameters<typeof hookBody>[0] & { secret: string; signingKey: string }): HookWithSecret {
  return { ...hookBody(view), secret, signingKey }
}
