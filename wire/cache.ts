import { z } from 'zod'

const ValueSize = z.object({ bytes: z.int(), get fields() { return z.record(z.string(), ValueSize).optional() } })

/** What the KV cache held for each agent in a workflow's newest runs; `sizes`: how long values were, for what is to be expected of a draft. */
export const WorkflowCacheBody = z.object({
  runs: z.int(),
  agents: z.record(z.string(), z.object({ calls: z.int(), promptTokens: z.int(), cachedTokens: z.int() })),
  sizes: z.object({ input: ValueSize.optional(), sharedBytes: z.int().optional(), outputs: z.record(z.string(), ValueSize) }).nullable(),
})
export type WorkflowCacheBody = z.infer<typeof WorkflowCacheBody>
