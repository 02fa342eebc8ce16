import { z } from 'zod'

/** Durations in ms. */
const DurationStatistics = z.object({ mean: z.number(), min: z.number(), max: z.number(), stdev: z.number(), total: z.number(), p50: z.number(), p95: z.number(), p99: z.number() })
type DurationStatistics = z.infer<typeof DurationStatistics>

export const ExecutionStatistics = z.object({ executions: z.int(), successes: z.int(), failures: z.int(), successRate: z.number().nullable(), durationMs: DurationStatistics.nullable() })
export type ExecutionStatistics = z.infer<typeof ExecutionStatistics>

/** One finished execution: of a run, or of a step. */
export type Execution = { ok: boolean; durationMs: number }

/** Figures of finished executions. Failures count, and their time too. Population standard deviation; nearest-rank percentiles. */
export function statisticsOf(executions: readonly Execution[]): ExecutionStatistics {
  const successes = executions.filter((one) => one.ok).length
  return {
    executions: executions.length, successes, failures: executions.length - successes,
    successRate: executions.length === 0 ? null : successes / executions.length,
    durationMs: durationsOf(executions.map((one) => one.durationMs)),
  }
}

function durationsOf(durations: readonly number[]): DurationStatistics | null {
  if (durations.length === 0) return null
  const sorted = durations.toSorted((a, b) => a - b)
  const total = sorted.reduce((sum, one) => sum + one, 0)
  const mean = total / sorted.length
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
  return { mean, min: sorted[0]!, max: sorted.at(-1)!, stdev: Math.sqrt(sorted.reduce((sum, one) => sum + (one - mean) ** 2, 0) / sorted.length), total, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) }
}
