/** What goes into an engine and what comes out of it. */
export type EngineRequest = {
  id: string
  promptTokens: ArrayLike<number>
  /** What the model "will say"; empty for a request that only reads its prompt (an embedding). */
  outputTokens: ArrayLike<number>
  /** Hashes of its blocks, as far as the caller has them: of tokens that they cover only the number counts. */
  hashes?: number[]
  /** Lower goes first; only under the policy `priority`. */
  priority?: number
  cacheSalt?: string
  /** The adapter that it asks: its blocks are no other model's. */
  lora?: string
}

/** Times are seconds on the caller's clock. */
export type RequestTimes = { arrivedAt: number; scheduledAt: number; firstTokenAt: number; lastTokenAt: number }

export type EngineEvent =
  | { kind: 'token'; id: string; index: number; at: number; previousAt: number | undefined; times: RequestTimes }
  | { kind: 'finished'; id: string; at: number; outputTokens: number; cachedTokens: number; times: RequestTimes }

/** What one step does. */
export type StepReport = {
  seconds: number
  tokens: number
  prefillTokens: number
  contextTokens: number
  scheduled: { id: string; tokens: number }[]
  preempted: string[]
}

export type EngineTotals = {
  queriedTokens: number
  hitTokens: number
  promptTokens: number
  generationTokens: number
  preemptions: number
}
