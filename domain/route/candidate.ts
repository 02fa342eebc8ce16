import { z } from 'zod'

/**
 * What a policy weighs of an instance, by name, in the order in which it tells it. FLOW: `runs` at home there,
 * `claimShare` and `kvShare` (what those runs claim, and what the calls there hold and will write, over the KV cache),
 * `uncachedTokens` of this prompt, `slowness` (1: as the others). Other policies have scores of their own.
 */
export const CostTerms = z.record(z.string(), z.number())
export type CostTerms = z.infer<typeof CostTerms>

/** What a decision saw of an instance. */
export const Candidate = z.object({
  instanceId: z.string(),
  /** Tokens of the prompt that it was known to hold. */
  cachedTokens: z.number(),
  /** Calls it had. */
  load: z.number(),
  /** To the first token, as the cost model foretells it. */
  expectedMs: z.number().optional(),
  /** Absent in runs of before these were kept. */
  terms: CostTerms.optional(),
})
export type Candidate = z.infer<typeof Candidate>
