import type { RunState } from '@/domain/run/run-state'
import type { Snapshot, SnapshotStore } from '@/server/ports/run-log'

type Full = Snapshot & { state: RunState }

/** Snapshots for tests. */
export function createMemorySnapshotStore(): SnapshotStore {
  const snapshots = new Map<string, Full>()
  const of = (runId: string) => [...snapshots.values()].filter((snapshot) => snapshot.runId === runId).sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1))
  return {
    save: async (snapshot) => void snapshots.set(snapshot.id, structuredClone(snapshot)),
    list: async (runId) => of(runId).map(({ state: _state, ...head }) => head),
    find: async (id) => snapshots.get(id),
    newest: async (runId, seq) => of(runId).findLast((snapshot) => snapshot.seq <= seq),
    remove: async (id) => snapshots.delete(id),
  }
}
