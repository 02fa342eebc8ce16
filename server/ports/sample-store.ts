import type { EpochMs, Json } from '@/domain/json'

/** Telemetry of its own, never in the run log: `fleet` by instance; by workflow its runs, and in one bucket all its nodes. */
export const SAMPLE_KINDS = ['fleet', 'workflow', 'node'] as const
export type SampleKind = (typeof SAMPLE_KINDS)[number]

/** What was measured of a subject from `at` on for `stepMs`; what the figures are is the writer's and the reader's matter. */
export type SampleBucket = { kind: SampleKind; stepMs: number; at: EpochMs; subject: string; figures: Json }

/** Up to `to`, without it. `subjects`: only those. */
export type SampleQuery = { kind: SampleKind; stepMs: number; from: EpochMs; to: EpochMs; subjects?: readonly string[] }

/** Up to when all runs that ended are in the buckets. */
export const RUNS_MARK = 'runs'

/** How far a writer has come. */
export type SampleMark = { name: string; from: EpochMs | undefined; to: EpochMs }

/** S1. Buckets and mark of a write are stored together or not at all. S2. Of two who move a mark from the same place one succeeds. */
export type SampleStore = {
  /** Replaces buckets and moves the mark, unless somebody else has moved it. @returns whether it did */
  write(buckets: readonly SampleBucket[], mark: SampleMark): Promise<boolean>
  /** By time, then subject. */
  read(query: SampleQuery): Promise<SampleBucket[]>
  mark(name: string): Promise<EpochMs | undefined>
  /** Deletes buckets of a step that began before, so few that nobody waits for it. @returns how many; 0: nothing is left to do */
  deleteSome(stepMs: number, before: EpochMs): Promise<number>
}
