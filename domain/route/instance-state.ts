import type { Breaker } from './breaker'

export type InstanceHealth = 'healthy' | 'unhealthy' | 'draining'

/** What the router knows of one vLLM server when it decides. Scraped figures may be a second old. */
export type InstanceState = {
  readonly id: string
  readonly url: string
  models: readonly string[]
  health: InstanceHealth
  /** What calls say of it; probes say `health`. */
  breaker: Breaker
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
}
