import type { monitorEventLoopDelay } from 'node:perf_hooks'
import type { LoopDelay } from '@/server/ports/profiler'

export const LOOP_EVERY_MS = 10
const NS_PER_MS = 1e6

/** The histogram measures how long a timer of LOOP_EVERY_MS took: what is beyond is delay. */
export function delayOf(histogram: ReturnType<typeof monitorEventLoopDelay>, busyShare: number): LoopDelay {
  const ms = (ns: number): number => (histogram.count === 0 || !Number.isFinite(ns) ? 0 : Math.max(0, ns / NS_PER_MS - LOOP_EVERY_MS))
  return { meanMs: ms(histogram.mean), p50Ms: ms(histogram.percentile(50)), p99Ms: ms(histogram.percentile(99)), maxMs: ms(histogram.max), busyShare }
}
