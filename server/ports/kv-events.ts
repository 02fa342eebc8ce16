import type { KvEvent } from '@/domain/route/exact-index'

/** What one engine tells of its KV cache. */
export type KvFeed = {
  /**
   * Follows the engine. Batches come in order and without gaps; where one cannot be filled, or the engine began anew,
   * `lost` comes first: what was known of its cache is no longer true.
   * @returns how to stop
   */
  follow(listener: { onEvents(events: readonly KvEvent[]): void; onLost(reason: string): void }): () => void
}
