import type { RunEvent } from '@/domain/run/run-event'

/** What has just been appended, told to whoever watches. Best effort: the log is the truth. */
export type RunFeed = {
  publish(runId: string, events: readonly RunEvent[]): void
  /** `runId` undefined: every run. @returns how to stop */
  subscribe(runId: string | undefined, listener: (runId: string, events: readonly RunEvent[]) => void): () => void
}
