import { ApiError, badRequest, modelNotFound } from './api-error'
import { BLOCK_SIZE } from './block-hash'
import { defaultEngineConfig, type EngineConfig } from './engine-config'
import { createEngineRunner, type EngineRunner } from './engine-runner'
import type { KvPublisher } from './kv-publisher'
import { hashText, seededRandom } from './seeded-random'
import { SimEngine } from './sim-engine'
import { createSimMetrics, type SimMetrics } from './sim-metrics'

export type InstanceOptions = {
  model: string
  /** Names of LoRA adapters of the model. */
  loras: readonly string[]
  seed: number
  timeScale: number
  engine: Partial<EngineConfig>
  /** Longest prompt and answer together, in tokens. */
  maxModelLen: number
  /** Number of the instance in its fleet, from 0: which requests fail differs between instances, what they say does not. */
  index: number
  /** Share of requests that fail, 0 to 1. */
  failRate: number
  /** A failing request fails after this many tokens; undefined: before the first, with status 500. */
  failAfterTokens: number | undefined
}

/** One simulated vLLM server without its HTTP face. */
export type SimInstance = {
  options: InstanceOptions
  runner: EngineRunner
  metrics: SimMetrics
  /** Unix seconds. */
  startedAt: number
  /** Tells what the prefix cache holds, where asked for. */
  kvPublisher: KvPublisher | undefined
  /** Requests being served, as /load counts them. */
  load: number
  nextId: () => number
  /** Whether the request that arrives now is one of those that fail; deterministic in the order of requests. */
  drawFailure: () => boolean
}

export type InstanceClock = { nowMs: () => number; unixSeconds: () => number }

export function createSimInstance(given: InstanceOptions, clock: InstanceClock): SimInstance {
  const engine = new SimEngine({ ...defaultEngineConfig, ...given.engine })
  // As vLLM demands at start, the longest request must fit the KV cache.
  const options = { ...given, maxModelLen: Math.min(given.maxModelLen, engine.cache.blocks * BLOCK_SIZE) }
  const metrics = createSimMetrics(engine, options.model, options.timeScale)
  const runner = createEngineRunner({ engine, timeScale: options.timeScale, nowMs: clock.nowMs, onEvent: metrics.onEvent, onTurn: () => instance.kvPublisher?.flush() })
  const random = seededRandom(hashText(`failures/${options.seed}/${options.index}`))
  let ids = 0
  const instance: SimInstance = {
    options,
    runner,
    metrics,
    startedAt: clock.unixSeconds(),
    kvPublisher: undefined,
    load: 0,
    nextId: () => ++ids,
    drawFailure: () => options.failRate > 0 && random() < options.failRate,
  }
  return instance
}

/** @throws {ApiError} 404 when the body names a model that is not served */
export function requireModel({ options }: SimInstance, model: string | undefined): void {
  if (model !== undefined && model !== '' && model !== options.model && !options.loras.includes(model)) throw modelNotFound(model)
}

/** The adapter that a body asks; undefined: the model itself. */
export function loraOf({ options }: SimInstance, model: string | undefined): string | undefined {
  return model !== undefined && options.loras.includes(model) ? model : undefined
}

/** @throws {ApiError} 400 when a priority is given to an engine that knows none */
export function requirePriorityAllowed({ runner }: SimInstance, priority: number | null | undefined): void {
  if (priority && runner.engine.config.policy !== 'priority') {
    throw badRequest(`Got priority ${priority} but Priority scheduling is not enabled.`, 'priority')
  }
}

/**
 * Tokens that the answer may have.
 * @throws {ApiError} 400 when the prompt, or prompt and answer together, exceed the context
 */
export function roomForAnswer({ options }: SimInstance, promptTokens: number, maxTokens: number | null | undefined, part: 'messages' | 'prompt'): number {
  const most = options.maxModelLen
  const asked = maxTokens ?? 0
  if (promptTokens === 0) throw badRequest('The prompt must not be empty.', part)
  if (promptTokens + Math.max(asked, 1) <= most) return maxTokens ?? most - promptTokens
  const detail = asked > 0 ? `${promptTokens + asked} tokens (${promptTokens} in the ${part}, ${asked} in the completion)` : `${promptTokens} tokens in the ${part}`
  throw new ApiError(
    400,
    'BadRequestError',
    `This model's maximum context length is ${most} tokens. However, you requested ${detail}. Please reduce the length of the ${part}${asked > 0 ? ' or completion' : ''}.`,
    'input_tokens',
  )
}
