import type { EpochMs } from '@/domain/json'

/** Nobody is taken at his word who says to come back in more than a day. */
const MOST_MS = 86_400_000

/**
 * What a server says about when to come back: seconds, or a date (RFC 9110, 10.2.3).
 * @returns undefined where it says nothing that can be read
 */
export function retryAfterMs(header: string | undefined, now: EpochMs): number | undefined {
  const text = header?.trim() ?? ''
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : /[a-z]/i.test(text) ? Date.parse(text) - now : NaN
  return Number.isNaN(ms) ? undefined : Math.min(MOST_MS, Math.max(0, Math.ceil(ms)))
}
