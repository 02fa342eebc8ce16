import { z } from 'zod'
import type { Usage } from '@/domain/run/run-event'

/** Durations in ms. */
const DurationStatistics = z.object({ mean: z.number(), min: z.number(), max: z.number(), stdev: z.number(), total: z.number(), p50: z.number(), p95: z.number(), p99: z.number() })
type DurationStatistics = z.infer<typeof DurationStatistics>

/** Means of the executions that called a model; `cached` of those that say how much of the prompt was. */
const TokenStatistics = z.object({ prompt: z.number(), cached: z.number().nullable(), completion: z.number() })

export const ExecutionStatistics = z.object({ executions: z.int(), successes: z.int(), failures: z.int(), successRate: z.number().nullable(), durationMs: DurationStatistics.nullable(), tokens: TokenStatistics.nullable() })
export type ExecutionStatistics = z.infer<typeof ExecutionStatistics>

/** One finished execution: of a run, or of a step. */
export type Execution = { ok: boolean; durationMs: number; usage?: Usage; /** Tokens by the model that was asked; '' where nothing says which. */ models?: Readonly<Record<string, ModelTokens>> }
export const ModelTokens = z.object({ prompt: z.number(), completion: z.number() })
export type ModelTokens = z.infer<typeof ModelTokens>

/** Figures of finished executions. Failures count, and their time too. Population standard deviation; nearest-rank percentiles. */
export function statisticsOf(executions: readonly Execution[]): ExecutionStatistics {
  const successes = executions.filter((one) => one.ok).length
  return {
    executions: executions.length, successes, failures: executions.length - successes,
    successRate: executions.length === 0 ? null : successes / executions.length,
    durationMs: durationsOf(executions.map((one) => one.durationMs)),
    tokens: tokensOf(executions.flatMap((one) => one.usage ?? [])),
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

function tokensOf(usages: readonly Usage[]): z.infer<typeof TokenStatistics> | null {
  const prompt = meanOf(usages.map((one) => one.promptTokens))
  const completion = meanOf(usages.map((one) => one.completionTokens))
  return prompt === null || completion === null ? null : { prompt, cached: meanOf(usages.flatMap((one) => one.cachedTokens ?? [])), completion }
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length
}
