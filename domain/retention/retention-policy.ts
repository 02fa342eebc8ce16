import { z } from 'zod'

const Count = z.int().min(1)
/** What is kept of a kind of data; null: no bound. */
const Bounds = z.strictObject({
  /** Days after which it goes. */
  maxAgeDays: Count.max(36_500).nullable(),
  /** How many of the newest stay. */
  maxCount: Count.max(1_000_000_000).nullable(),
  /** The newest stay that take up no more than so many million bytes, about. */
  maxMegabytes: Count.max(1_000_000_000).nullable().default(null),
})
export type Bounds = z.infer<typeof Bounds>

export const NO_BOUNDS: Bounds = { maxAgeDays: null, maxCount: null, maxMegabytes: null }

/** How long runs, log lines and samples are kept; samples go by the age of their step beside it. Nothing is deleted while it is off. */
export const RetentionPolicy = z.strictObject({ on: z.boolean(), runs: Bounds, logs: Bounds, samples: Bounds.default(NO_BOUNDS) })
export type RetentionPolicy = z.infer<typeof RetentionPolicy>

export const RETAINED_KINDS = ['runs', 'logs', 'samples'] as const
export type RetainedKind = (typeof RETAINED_KINDS)[number]

const DAY_MS = 86_400_000
const MEGABYTE = 1_000_000

/** What lies beyond the bounds at a moment: older than `olderThan`, behind the newest `keep`, or behind the newest that fit into `maxBytes`. */
export type Limit = { olderThan?: number; keep?: number; maxBytes?: number }

export function limitOf({ maxAgeDays, maxCount, maxMegabytes }: Bounds, now: number): Limit {
  return {
    ...(maxAgeDays !== null && { olderThan: now - maxAgeDays * DAY_MS }),
    ...(maxCount !== null && { keep: maxCount }),
    ...(maxMegabytes !== null && { maxBytes: maxMegabytes * MEGABYTE }),
  }
}

/** The name it is set under. */
export const RETENTION_SETTING = 'retention'

/** What was set; where nothing was, or what this version cannot read, what the environment says. */
export function policyOf(stored: unknown, atFirst: RetentionPolicy): RetentionPolicy {
  const parsed = RetentionPolicy.safeParse(stored)
  return parsed.success ? parsed.data : atFirst
}
