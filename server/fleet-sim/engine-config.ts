import { a100With8b, type StepTime } from './step-time'

/** The knobs of an engine, named after vLLM's flags. */
export type EngineConfig = {
  kvTokens: number
  maxSeqs: number
  maxBatchedTokens: number
  policy: 'fcfs' | 'priority'
  prefixCaching: boolean
  stepTime: StepTime
  /** 1 is normal; 3 makes every step three times longer. */
  slowness: number
}

export const defaultEngineConfig: EngineConfig = {
  kvTokens: 200_000,
  maxSeqs: 256,
  maxBatchedTokens: 2_048,
  policy: 'fcfs',
  prefixCaching: true,
  stepTime: a100With8b,
  slowness: 1,
}
