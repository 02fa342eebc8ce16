import type { EpochMs } from '@/domain/json'

export type RetryBudget = { /** A call came. */ deposit(now: EpochMs): void; /** @returns whether one more attempt may be made */ withdraw(now: EpochMs): boolean }

/** Attempts that calls may have besides their first: a fifth of the calls, and some a second where few come. */
const SHARE = 0.2
const PER_SECOND = 10
/** The calls of an instance that dies may all go elsewhere. */
const MOST = 256

/** Bounds what failing instances make of the load: without it, trying again feeds an outage. */
export function createRetryBudget(): RetryBudget {
  let left = MOST
  let at: EpochMs | undefined
  function refill(now: EpochMs): void {
    if (at !== undefined && now > at) left = Math.min(MOST, left + ((now - at) / 1_000) * PER_SECOND)
    at = now
  }
  return {
    deposit(now) {
      refill(now)
      left = Math.min(MOST, left + SHARE)
    },
    withdraw(now) {
      refill(now)
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
