import type { EpochMs } from '@/domain/json'

/** What is left of a rate, and since when. Counted in whole parts, so that who waits as told is never a rounding short. Below zero: a debt. */
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
  const waitMs = waitFor(bucket, perMinute, 1, now)
  return { bucket: withTaken(bucket, perMinute, waitMs > 0 ? 0 : 1, now), waitMs }
}

/** @returns whole tokens that are there now; below zero: owed */
export function tokensIn(bucket: TokenBucket | undefined, perMinute: number, now: EpochMs): number {
  return Math.floor(creditOf(bucket, perMinute, now) / TOKEN)
}

/**
 * Milliseconds until so many tokens may be taken; 0: now. More than the bucket ever holds may be taken as soon as it is full:
 * the debt is paid by those who come next, and nobody waits for ever.
 */
export function waitFor(bucket: TokenBucket | undefined, perMinute: number, tokens: number, now: EpochMs): number {
  const missing = Math.min(tokens, perMinute) * TOKEN - creditOf(bucket, perMinute, now)
  return missing <= 0 ? 0 : Math.ceil(missing / perMinute)
}

/** Takes them whether they are there or not; fewer than none are given back. */
export function withTaken(bucket: TokenBucket | undefined, perMinute: number, tokens: number, now: EpochMs): TokenBucket {
  return { credit: Math.min(perMinute * TOKEN, creditOf(bucket, perMinute, now) - Math.round(tokens) * TOKEN), at: now }
}

function creditOf(bucket: TokenBucket | undefined, perMinute: number, now: EpochMs): number {
  const full = perMinute * TOKEN
  return bucket ? Math.min(full, bucket.credit + Math.max(0, now - bucket.at) * perMinute) : full
}
