import type { EpochMs } from '@/domain/json'

/**
 * Whether an instance that answers its probes may have calls. Probes ask whether it lives; only calls show that it works.
 * `half-open`: one call at a time tries it.
 */
export type Breaker = { kind: 'closed'; failures: number } | { kind: 'open'; until: EpochMs; pauseMs: number } | { kind: 'half-open'; pauseMs: number }

export const closedBreaker: Breaker = { kind: 'closed', failures: 0 }

const FAILURES_TO_OPEN = 3
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

/** A call failed that the instance should have answered. */
export function afterFailure(breaker: Breaker, now: EpochMs): Breaker {
  switch (breaker.kind) {
    case 'closed':
      return breaker.failures + 1 < FAILURES_TO_OPEN ? { kind: 'closed', failures: breaker.failures + 1 } : { kind: 'open', until: now + FIRST_PAUSE_MS, pauseMs: FIRST_PAUSE_MS }
    case 'half-open': {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * breaker.pauseMs)
      return { kind: 'open', until: now + pauseMs, pauseMs }
    }
    case 'open':
      return breaker
  }
}

/** A call was answered. One that was under way when it opened says nothing about now. */
export function afterSuccess(breaker: Breaker): Breaker {
  return breaker.kind === 'open' ? breaker : closedBreaker
}

/** An open one is tried again when its pause is over. */
export function atTime(breaker: Breaker, now: EpochMs): Breaker {
  return breaker.kind === 'open' && now >= breaker.until ? { kind: 'half-open', pauseMs: breaker.pauseMs } : breaker
}
