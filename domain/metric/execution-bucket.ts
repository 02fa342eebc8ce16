import { z } from 'zod'
import { DurationSketch, mergeSketches, quantilesOf, sketchOf } from './duration-sketch'
import type { ExecutionFigures } from './execution-figures'
import { addModels } from './run-executions'
import { ModelTokens, type Execution, type ExecutionStatistics } from './statistics'
import { costOf, type TokenPrices } from './token-price'

const TokenSums = z.object({ calls: z.int(), prompt: z.number(), completion: z.number(), /** Of those that say what was cached. */ cachedCalls: z.int(), cached: z.number(), /** By model; left out where some were written down before this was. */ models: z.record(z.string(), ModelTokens).optional() })

/** Executions of a while, as sums that can be added. `squares`: the sum of squared distances from the mean. */
export const ExecutionBucket = z.object({
  executions: z.int(), failures: z.int(),
  totalMs: z.number(), minMs: z.number(), maxMs: z.number(), squares: z.number(), sketch: DurationSketch,
  tokens: TokenSums.optional(),
})
export type ExecutionBucket = z.infer<typeof ExecutionBucket>

/** Of each node of a workflow. */
export const NodeBuckets = z.record(z.string(), ExecutionBucket)
export type NodeBuckets = z.infer<typeof NodeBuckets>

export function bucketOfExecution({ ok, durationMs, usage, models }: Execution): ExecutionBucket {
  return {
    executions: 1, failures: ok ? 0 : 1, totalMs: durationMs, minMs: durationMs, maxMs: durationMs, squares: 0, sketch: sketchOf(durationMs),
    ...(usage && { tokens: { calls: 1, prompt: usage.promptTokens, completion: usage.completionTokens, cachedCalls: usage.cachedTokens === undefined ? 0 : 1, cached: usage.cachedTokens ?? 0, ...(models && { models: { ...models } }) } }),
  }
}

/** All of them together; undefined: there are none. */
export function mergeExecutions(buckets: readonly ExecutionBucket[]): ExecutionBucket | undefined {
  const [first, ...rest] = buckets
  if (!first || rest.length === 0) return first
  const sums = rest.reduce(addSums, first)
  return { ...sums, sketch: mergeSketches(buckets.map((bucket) => bucket.sketch)) }
}

/** Squared distances of two groups add up with what lies between their means: sums of squares themselves would lose digits. */
function addSums(a: ExecutionBucket, b: ExecutionBucket): ExecutionBucket {
  const executions = a.executions + b.executions
  const apart = b.totalMs / b.executions - a.totalMs / a.executions
  const tokens = a.tokens && b.tokens ? addTokens(a.tokens, b.tokens) : (a.tokens ?? b.tokens)
  return {
    executions, failures: a.failures + b.failures, totalMs: a.totalMs + b.totalMs, minMs: Math.min(a.minMs, b.minMs), maxMs: Math.max(a.maxMs, b.maxMs),
    squares: a.squares + b.squares + (apart * apart * a.executions * b.executions) / executions, sketch: a.sketch, ...(tokens && { tokens }),
  }
}

function addTokens(a: z.infer<typeof TokenSums>, b: z.infer<typeof TokenSums>): z.infer<typeof TokenSums> {
  return { calls: a.calls + b.calls, prompt: a.prompt + b.prompt, completion: a.completion + b.completion, cachedCalls: a.cachedCalls + b.cachedCalls, cached: a.cached + b.cached, ...(a.models && b.models && { models: { ...addModels(a.models, b.models) } }) }
}

/** What its tokens cost at the prices of `at`; undefined: some of them have none, or it is not known whose they are. */
export function costOfBucket({ tokens }: ExecutionBucket, prices: TokenPrices, at: number): number | undefined {
  if (prices.length === 0) return undefined
  if (!tokens) return 0
  return Object.entries(tokens.models ?? { '': undefined }).reduce<number | undefined>((sum, [model, of]) => {
    const cost = of && costOf(prices, { model: model === '' ? undefined : model, at, promptTokens: of.prompt, completionTokens: of.completion })
    return sum === undefined || cost === undefined ? undefined : sum + cost
  }, 0)
}

/** The same figures as of the executions themselves; percentiles are within SKETCH_ACCURACY. */
export function statisticsOfBucket(bucket: ExecutionBucket | undefined): ExecutionStatistics {
  if (!bucket) return { executions: 0, successes: 0, failures: 0, successRate: null, durationMs: null, tokens: null }
  const { executions, failures, totalMs, minMs, maxMs, squares, sketch, tokens } = bucket
  const successes = executions - failures
  const [p50, p95, p99] = quantilesOf(sketch, [0.5, 0.95, 0.99]).map((value) => Math.min(maxMs, Math.max(minMs, value))) as [number, number, number]
  return {
    executions, successes, failures, successRate: successes / executions,
    durationMs: { mean: totalMs / executions, min: minMs, max: maxMs, stdev: Math.sqrt(squares / executions), total: totalMs, p50, p95, p99 },
    tokens: tokens ? { prompt: tokens.prompt / tokens.calls, completion: tokens.completion / tokens.calls, cached: tokens.cachedCalls === 0 ? null : tokens.cached / tokens.cachedCalls } : null,
  }
}

export function figuresOfBucket(bucket: ExecutionBucket): ExecutionFigures {
  const { executions, failures, durationMs } = statisticsOfBucket(bucket)
  const { tokens } = bucket
  return {
    executions, failures, meanMs: durationMs!.mean, p50Ms: durationMs!.p50, p95Ms: durationMs!.p95, p99Ms: durationMs!.p99,
    promptTokens: tokens?.prompt ?? 0, completionTokens: tokens?.completion ?? 0, cachedTokens: tokens && tokens.cachedCalls > 0 ? tokens.cached : null,
  }
}
