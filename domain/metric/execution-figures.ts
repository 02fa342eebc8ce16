import { z } from 'zod'

/**
 * Executions of a step of time, for a chart. Tokens are sums. Null: nothing tells.
 * Apart from the buckets: the pages need no part of the library beneath them.
 */
export const ExecutionFigures = z.object({
  executions: z.int(), failures: z.int(),
  meanMs: z.number(), p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number(),
  promptTokens: z.number(), cachedTokens: z.number().nullable(), completionTokens: z.number(),
})
export type ExecutionFigures = z.infer<typeof ExecutionFigures>
