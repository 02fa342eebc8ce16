import { z } from 'zod'
import { AppError } from '@/domain/error'
import { Candidate } from '@/domain/route/candidate'

/** One vLLM server, as the router speaks to it. */
export type InstanceClient = {
  readonly id: string
  /** Base URL without `/v1`. */
  readonly url: string
  /**
   * Sends bytes and hands the answer back as it arrives. An abort closes the connection, so that the engine stops.
   * @throws {InstanceFailed} no usable answer; an abort rejects with the signal's reason
   */
  send(request: InstanceRequest, signal: AbortSignal): Promise<InstanceReply>
  /** @returns undefined when `/health` answers 200, else what it did instead; never throws */
  health(): Promise<string | undefined>
  /** @throws {InstanceFailed} */
  models(): Promise<{ cards: ModelCard[]; simulated: boolean; version?: string }>
  /** @throws {InstanceFailed} */
  metrics(): Promise<InstanceMetrics>
  close(): Promise<void>
}

export type InstanceRequest = { method: string; path: string; headers: Record<string, string>; body?: Uint8Array }
export type InstanceReply = { status: number; headers: Record<string, string | string[]>; body: AsyncIterable<Uint8Array> }
/** As the server gave it; only `id` is relied on. */
export type ModelCard = { id: string; [key: string]: unknown }

/** Counters count since the engine's start; what the server does not tell is absent. */
export type InstanceMetrics = {
  running?: number
  waiting?: number
  kvUsage?: number
  /** Size of the KV cache in tokens, of all its engines together. */
  kvTokens?: number
  prefixQueries?: number
  prefixHits?: number
  promptTokens?: number
  generationTokens?: number
  ttft?: { sumSeconds: number; count: number }
  interToken?: { sumSeconds: number; count: number }
}

/** `connect`: nobody listens. `timeout`: too slow. `broken`: the connection ended early. `garbage`: not what was asked for. */
export type InstanceFault = 'connect' | 'timeout' | 'broken' | 'garbage'

export class InstanceFailed extends AppError {
  readonly code = 'INSTANCE_FAILED'
  override readonly retryable = true
  readonly hint = 'See the fleet page for the state of this instance.'
  constructor(readonly url: string, readonly fault: InstanceFault, readonly detail: string) {
    super(`${url}: ${detail}`)
  }
}

/** One call through the router. Refusals are replies too, in OpenAI's error shape. */
export type DispatchRequest = { method?: string; path: string; headers: Record<string, string | string[] | undefined>; body: Uint8Array }
export const DispatchRoute = z.object({
  requestId: z.string(),
  instanceId: z.string(),
  url: z.string(),
  policy: z.string(),
  reason: z.string(),
  simulated: z.boolean(),
  /** Instances tried, this one included. */
  attempts: z.number(),
  /** Waited in the router before it was sent. */
  queueMs: z.number(),
  /** As the engine reported it, where known before the first byte. */
  cachedTokens: z.number().optional(),
  /** What the decision saw of the instances, as far as it says. */
  candidates: z.array(Candidate).readonly(),
})
export type DispatchRoute = z.infer<typeof DispatchRoute>
export type DispatchReply = { status: number; headers: Record<string, string | string[]>; body: AsyncIterable<Uint8Array>; route?: DispatchRoute }
/**
 * The caller reads `body` to its end or aborts the signal.
 * @throws {InstanceFailed} no router can be reached; an abort rejects with the signal's reason
 */
export type Dispatch = (request: DispatchRequest, signal: AbortSignal) => Promise<DispatchReply>
