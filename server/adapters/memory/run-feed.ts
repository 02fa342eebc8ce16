import type { RunEvent } from '@/domain/run/run-event'
import type { RunFeed } from '@/server/ports/run-feed'

type Listener = (runId: string, events: readonly RunEvent[]) => void

/** The feed within one process. A listener that throws does not keep the others from hearing. */
export function createRunFeed({ onError }: { onError?: (error: unknown) => void } = {}): RunFeed {
  const ofAll = new Set<Listener>()
  const ofRun = new Map<string, Set<Listener>>()

  function tell(listeners: ReadonlySet<Listener> | undefined, runId: string, events: readonly RunEvent[]): void {
    for (const listener of [...(listeners ?? [])]) {
      try {
        listener(runId, events)
      } catch (error) {
        onError?.(error)
      }
    }
  }

  return {
    publish(runId, events) {
      if (events.length === 0) return
      tell(ofRun.get(runId), runId, events)
      tell(ofAll, runId, events)
    },
    subscribe(runId, given) {
      // Of its own identity, so that the same function may listen twice.
      const listener: Listener = (id, events) => given(id, events)
      if (runId === undefined) {
        ofAll.add(listener)
        return () => void ofAll.delete(listener)
      }
      const listeners = ofRun.get(runId) ?? new Set()
      ofRun.set(runId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && ofRun.get(runId) === listeners) ofRun.delete(runId)
      }
    },
  }
}
