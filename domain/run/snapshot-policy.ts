import { z } from 'zod'

/** When a run of a workflow is kept by itself, and how many of those are kept; moments that people named stay. */
export const SnapshotPolicy = z.strictObject({
  /** After every step that has settled, every so many of them, only those marked critical, or never. */
  mode: z.enum(['every-step', 'every-n', 'critical', 'off']).default('every-step'),
  /** Of `every-n`. */
  steps: z.int().min(1).max(10_000).default(10),
  /** The newest of a run; null: all. */
  keep: z.int().min(1).max(10_000).nullable().default(null),
})
export type SnapshotPolicy = z.infer<typeof SnapshotPolicy>

/** Of a workflow about which nobody has said anything. */
export const DEFAULT_SNAPSHOTS: SnapshotPolicy = SnapshotPolicy.parse({})
