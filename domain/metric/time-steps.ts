import type { EpochMs } from '@/domain/json'

/** What is stored: each figure three times, at ever coarser steps that are kept ever longer. */
export const ROLLUPS = [
  { stepMs: 10_000, keepMs: 2 * 86_400_000 },
  { stepMs: 60_000, keepMs: 14 * 86_400_000 },
  { stepMs: 3_600_000, keepMs: 400 * 86_400_000 },
] as const
export const FINEST_MS = ROLLUPS[0].stepMs

/** Steps that can be asked for; each holds a whole number of every step below it that is stored. */
export const STEPS_MS = [1_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000] as const
export type StepMs = (typeof STEPS_MS)[number]

/** Points a chart of usual width can show. */
const WANTED_POINTS = 360

/** The finest step that makes a chart of so long a time. @param finest what the figure knows */
export function stepOfRange(rangeMs: number, finest: StepMs = FINEST_MS): StepMs {
  return STEPS_MS.find((stepMs) => stepMs >= finest && rangeMs / stepMs <= WANTED_POINTS) ?? STEPS_MS.at(-1)!
}

/** The stored step to read for points of `stepMs`: the coarsest that fits in, or a coarser one where that is all that is still kept. */
export function storedStep(stepMs: number, from: EpochMs, now: EpochMs): number {
  const kept = ROLLUPS.filter(({ keepMs }) => from >= now - keepMs)
  return (kept.findLast((rollup) => rollup.stepMs <= stepMs) ?? kept[0] ?? ROLLUPS.at(-1)!).stepMs
}

/** The begin of the step that `at` lies in. */
export function stepAt(at: EpochMs, stepMs: number): EpochMs {
  return Math.floor(at / stepMs) * stepMs
}
