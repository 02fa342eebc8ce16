import type { EpochMs } from '@/domain/json'

/** The time that charts show: the newest `ms`, or one that was drawn. */
export type TimeRange = { kind: 'last'; ms: number } | { kind: 'between'; from: EpochMs; to: EpochMs }

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
export const RANGES = { '5m': 5 * MINUTE, '15m': 15 * MINUTE, '1h': HOUR, '6h': 6 * HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY } as const
export type RangeName = keyof typeof RANGES

/** A shorter time is a slip of the hand, not a wish. */
const SHORTEST_MS = 5_000

/** What a drag from one moment to another shows; undefined: it was a press. */
export function drawn(a: EpochMs, b: EpochMs): TimeRange | undefined {
  const [from, to] = a < b ? [a, b] : [b, a]
  return to - from < SHORTEST_MS ? undefined : { kind: 'between', from, to }
}

export function endsOf(range: TimeRange, now: EpochMs): { from: EpochMs; to: EpochMs } {
  return range.kind === 'between' ? range : { from: now - range.ms, to: now }
}

/** As long again, earlier or later; never beyond now. */
export function moved(range: TimeRange, by: -1 | 1, now: EpochMs): TimeRange {
  const { from, to } = endsOf(range, now)
  const length = to - from
  const end = Math.min(now, to + by * length)
  return { kind: 'between', from: end - length, to: end }
}

/** The middle half of it: zooming without a pointer. */
export function zoomedIn(range: TimeRange, now: EpochMs): TimeRange {
  const { from, to } = endsOf(range, now)
  return drawn(from + (to - from) / 4, to - (to - from) / 4) ?? range
}
