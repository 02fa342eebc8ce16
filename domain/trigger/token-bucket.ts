import type { EpochMs } from '@/domain/json'

/** What is left of a rate, and since when. */
export type TokenBucket = { tokens: number; at: EpochMs }

const MINUTE_MS = 60_000

/**
 * Takes one token where there is one. A full bucket holds a minute's worth; it fills evenly.
 * @param bucket undefined: a full one
 * @returns `waitMs` until the next token, 0 where one was taken
 */
export function takeToken(bucket: TokenBucket | undefined, perMinute: number, now: EpochMs): { bucket: TokenBucket; waitMs: number } {
  const since = bucket ? Math.max(0, now - bucket.at) : 0
  const tokens = bucket ? Math.min(perMinute, bucket.tokens + (since * perMinute) / MINUTE_MS) : perMinute
  if (tokens < 1) return { bucket: { tokens, at: now }, waitMs: Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute) }
  return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 }
}
