import { AppError } from '@/domain/error'
import type { EpochMs } from '@/domain/json'
import type { StepMs } from '@/domain/metric/time-steps'

/** Points of a series that are read at once. */
export const MOST_POINTS = 3_000
const USUAL_MS = 15 * 60_000

export type Range = { from?: EpochMs; to?: EpochMs; step?: StepMs }

/** A time that ends before it begins, or has more points than anybody looks at. */
export class RangeRefused extends AppError {
  readonly code = 'INVALID_RANGE'
  readonly hint = `Ask for at most ${MOST_POINTS} points, from a moment before to; leave step out to get one that fits.`
}

/** The asked time, or the last quarter of an hour. @throws {RangeRefused} */
export function asRange({ from, to, step }: Range, now: EpochMs): { from: EpochMs; to: EpochMs } {
  const end = to ?? now
  const start = from ?? end - USUAL_MS
  if (start >= end) throw new RangeRefused('The time ends before it begins')
  if (step !== undefined && (end - start) / step > MOST_POINTS) throw new RangeRefused(`A point each ${step} ms makes more than ${MOST_POINTS} of them`)
  return { from: start, to: end }
}
