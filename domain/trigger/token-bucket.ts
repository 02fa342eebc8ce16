import type { EpochMs } from '@/domain/json'

/** What is left of a rate, and since when. Counted in whole parts, so that who waits as told is never a rounding short. */
export type TokenBucket = { credit: number; at: EpochMs }

/** Parts that a token costs; each millisecond brings as many as tokens are due in a minute. */
const TOKEN = 60_000

/**
 * Takes one token where there is one. A full bucket holds a minute's worth; it fills evenly.
 * @param bucket undefined: a full one
 * @param perMinute a whole number
 * @param now whole ms
 * @returns `waitMs` until the next token, 0 where one was taken
 */
export function takeToken(bucket: TokenBucket | undefined, perMinute: number, now: EpochMs): { bucket: TokenBucket; waitMs: number } {
  const full = perMinute * TOKEN
  const credit = bucket ? Math.min(full, bucket.credit + Math.max(0, now - bucket.at) * perMinute) : full
  if (credit < TOKEN) return { bucket: { credit, at: now }, waitMs: Math.ceil((TOKEN - credit) / perMinute) }
  return { bucket: { credit: credit - TOKEN, at: now }, waitMs: 0 }
}
