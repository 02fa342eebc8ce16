import type { EpochMs } from '@/domain/json'

/** Time and waiting, handed in so that tests move it by hand. */
export type Clock = {
  now(): EpochMs
  /** Calls back once at or after `at`; returns how to call it off. */
  wakeAt(at: EpochMs, wake: () => void): () => void
}
