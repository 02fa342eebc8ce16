import type { PrefixIndex } from './prefix-index'

export type InstanceHealth = 'healthy' | 'unhealthy' | 'draining'

/** What the router knows of one vLLM server when it decides. Scraped figures may be a second old. */
export type InstanceState = {
  readonly id: string
  readonly url: string
  models: readonly string[]
  health: InstanceHealth
  /** Calls that this router has open there. Changed at once by its own decisions. */
  inFlight: number
  /** Calls there that are not this router's, as at the last scrape. */
  external: number
  running?: number
  waiting?: number
  /** 0..1 */
  kvUsage?: number
  /** KV cache in tokens, where the server says. */
  kvTokens?: number
  /** 0..1 over the last scrape that saw traffic. */
  prefixHitRate?: number
  ttftMs?: number
  interTokenMs?: number
  /** Number of the decision that chose it last; 0: never. */
  lastChosen: number
}

export type FleetState = {
  readonly instances: readonly InstanceState[]
  readonly prefixes: PrefixIndex
  /** Run (or run and agent) → id of the instance that holds its KV cache. */
  readonly homes: { get(key: string): string | undefined }
}

export function loadOf(instance: InstanceState): number {
  return instance.inFlight + instance.external
}
