import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { RunLog, Snapshot, SnapshotStore } from '@/server/ports/run-log'
import { authorise, type Actor } from './actor'
import type { ReadRun } from './read-run'
import { NotFound } from './refusals'

type Deps = { read: ReadRun; runLog: RunLog; snapshots: SnapshotStore; clock: Clock; ids: Ids }

/** Named and automatic snapshots of a run. */
export function keepSnapshot({ read, runLog, snapshots, clock, ids }: Deps) {
  const found = async (id: string) => {
    const snapshot = await snapshots.find(id)
    if (!snapshot) throw new NotFound('UNKNOWN_SNAPSHOT', `There is no snapshot ${id}`, 'It may have been deleted. See the snapshots of the run.')
    return snapshot
  }
  return {
    async list(actor: Actor, runId: string): Promise<Snapshot[]> {
      const { id } = await read.state(actor, runId)
      return snapshots.list(id)
    },
    async find(actor: Actor, id: string): Promise<Snapshot & { state: RunState }> {
      authorise(actor, 'runs.read')
      const { state, ...snapshot } = await found(id)
      return { ...snapshot, state: state ?? foldRun(emptyRun, await runLog.read(snapshot.runId, 0, snapshot.seq)) }
    },
    /** Keeps the run as it was at `seq` (left out: now) under a name. */
    async save(actor: Actor, runId: string, { name, seq }: { name: string; seq?: number | undefined }): Promise<Snapshot> {
      authorise(actor, 'runs.write')
      const { id, run } = await read.state(actor, runId)
      const state = seq === undefined || seq >= run.seq ? run : foldRun(emptyRun, await runLog.read(id, 0, seq))
      const snapshot = { id: ids.next('snap'), runId: id as RunId, seq: state.seq, name, createdAt: clock.now(), state }
      await snapshots.save(snapshot)
      return snapshot
    },
    async remove(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'runs.write')
      await found(id)
      await snapshots.remove(id)
    },
  }
}

export type KeepSnapshot = ReturnType<typeof keepSnapshot>
