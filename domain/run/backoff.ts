import type { RetryPolicy } from '@/domain/graph/node-types'

/**
 * Milliseconds to wait after the given number of failures (from 1): exponential, capped, with full jitter over its upper half.
 * @param random in [0, 1)
 */
export function backoffMs(retry: RetryPolicy, failures: number, random: number): number {
  const full = Math.min(retry.maxMs, retry.initialMs * retry.factor ** (failures - 1))
  return Math.round(retry.jitter ? full * (0.5 + random / 2) : full)
}
