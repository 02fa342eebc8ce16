import type { InstanceState } from '@/domain/route/instance-state'
import type { InstanceMetrics } from '../ports/instance-client'

/**
 * Folds one scrape into what is known. Rates are over the time since the last scrape that saw traffic.
 * @param ownBefore calls of this router there when the scrape was asked for. What it tells is of some moment between then
 *   and now: the greater of both is taken off, so that calls that have ended meanwhile are not taken for another's
 * @returns `restarted` when a counter went backwards: the engine began anew
 */
export function applyScrape(state: InstanceState, before: InstanceMetrics | undefined, now: InstanceMetrics, ownBefore = 0): 'same' | 'restarted' {
  if (now.running !== undefined) state.running = now.running
  if (now.waiting !== undefined) state.waiting = now.waiting
  if (now.kvUsage !== undefined) state.kvUsage = now.kvUsage
  if (now.kvTokens !== undefined) state.kvTokens = now.kvTokens
  state.external = Math.max(0, (now.running ?? 0) + (now.waiting ?? 0) - Math.max(ownBefore, state.inFlight))

  const restarted = before !== undefined && (isLess(now.promptTokens, before.promptTokens) || isLess(now.prefixQueries, before.prefixQueries))
  const since = restarted ? undefined : before
  const hitRate = rate((now.prefixHits ?? 0) - (since?.prefixHits ?? 0), (now.prefixQueries ?? 0) - (since?.prefixQueries ?? 0))
  if (hitRate !== undefined) state.prefixHitRate = hitRate
  const ttft = mean(since?.ttft, now.ttft)
  if (ttft !== undefined) state.ttftMs = ttft
  const interToken = mean(since?.interToken, now.interToken)
  if (interToken !== undefined) state.interTokenMs = interToken
  return restarted ? 'restarted' : 'same'
}

type Sum = { sumSeconds: number; count: number }

function mean(before: Sum | undefined, now: Sum | undefined): number | undefined {
  if (!now) return undefined
  const seconds = rate(now.sumSeconds - (before?.sumSeconds ?? 0), now.count - (before?.count ?? 0))
  return seconds === undefined ? undefined : seconds * 1_000
}

function rate(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined
}

function isLess(now: number | undefined, before: number | undefined): boolean {
  return now !== undefined && before !== undefined && now < before
}
