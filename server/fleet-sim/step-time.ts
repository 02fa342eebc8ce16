/**
 * Seconds that one engine step takes: `a + b·tokens + c·contextTokens`.
 * The shape is that of ROUTING.md; where each figure comes from, and how sure it is, stands in README.md.
 */
export type StepTime = {
  /** a: seconds a step costs whatever is in it (reading the weights once, launching kernels, scheduling). */
  baseSeconds: number
  /** b: seconds per token computed in the step, prompt or generated. */
  secondsPerToken: number
  /** c: seconds per token of KV cache that attention reads in the step. */
  secondsPerContextToken: number
}

/** An 8B model in bf16 on one A100 80GB: an estimate from data sheet figures, see README.md. */
export const a100With8b: StepTime = {
  baseSeconds: 0.0105,
  secondsPerToken: 0.000085,
  secondsPerContextToken: 0.00000009,
}

/**
 * @param tokens tokens computed in the step
 * @param contextTokens tokens already in the KV cache of the requests in the step
 * @param slowness 1 is normal, 3 an instance three times slower
 */
export function stepSeconds(time: StepTime, tokens: number, contextTokens: number, slowness = 1): number {
  return (time.baseSeconds + time.secondsPerToken * tokens + time.secondsPerContextToken * contextTokens) * slowness
}
