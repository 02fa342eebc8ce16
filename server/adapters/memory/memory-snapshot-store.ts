import type { Snapshot, SnapshotStore } from '@/server/ports/run-log'

/** Snapshots for tests. */
export function createMemorySnapshotStore(): SnapshotStore {
  const snapshots = new Map<string, Snapshot>()
  const of = (runId: string) => [...snapshots.values()].filter((snapshot) => snapshot.runId === runId).sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1))
  return {
    save: async (snapshot) => void snapshots.set(snapshot.id, structuredClone(snapshot)),
    prune: async (runId, keep) => of(runId).filter(({ name }) => name === undefined).slice(0, -keep).forEach(({ id }) => snapshots.delete(id)),
    list: async (runId) => of(runId).map(({ state: _state, ...head }) => head),
    find: async (id) => snapshots.get(id),
    remove: async (id) => snapshots.delete(id),
  }
}
