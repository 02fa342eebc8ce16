import { isAppError } from '@/domain/error'
import { sameJson, type Json } from '@/domain/json'
import type { KeptSnapshot } from '@/domain/run/decide-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import type { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import { RunConflict, type RunLog, type Snapshot, type SnapshotStore } from '@/server/ports/run-log'
import type { RunControl } from '@/server/ports/run-control'
import type { RunFeed } from '@/server/ports/run-feed'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { ReadRun } from './read-run'
import { NotFound } from './refusals'

const NOTE_TURNS = 5

type Deps = { read: ReadRun; runLog: RunLog; snapshots: SnapshotStore; workflows: Pick<WorkflowStore, 'find' | 'snapshots' | 'setSnapshots'>; runs: Pick<RunControl, 'noteSnapshot'>; feed: Pick<RunFeed, 'publish'>; clock: Clock; ids: Ids; logger: Logger }
/** `rebuilt`: what was stored was not what the log says, and has been folded anew. */
export type LoadedSnapshot = Snapshot & { state: RunState; rebuilt: boolean }

/** Named and automatic snapshots of a run. */
export function keepSnapshot({ read, runLog, snapshots, workflows, runs, feed, clock, ids, logger }: Deps) {
  const found = async (id: string): Promise<Snapshot> => {
    const snapshot = await snapshots.find(id)
    if (!snapshot) throw new NotFound('UNKNOWN_SNAPSHOT', `There is no snapshot ${id}`, 'It may have been deleted. See the snapshots of the run.')
    return snapshot
  }
  const load = async (id: string): Promise<LoadedSnapshot> => {
    const { state: stored, unreadable, ...snapshot } = await found(id)
    const state = foldRun(emptyRun, await runLog.read(snapshot.runId, 0, Math.max(0, snapshot.seq)))
    const agrees = !unreadable && snapshot.seq === state.seq && (!stored || sameJson(plain(stored), plain(state)))
    if (agrees) return { ...snapshot, state, rebuilt: false }
    logger({
      level: 'ERROR', component: 'engine', category: 'system', runId: snapshot.runId,
      message: `Snapshot ${id} at seq ${snapshot.seq} was not what the log says, and has been rebuilt from it`,
      data: { snapshotId: id, readable: !unreadable, storedSeq: stored?.seq ?? null, storedStatus: stored?.status ?? null, seq: state.seq, status: state.status },
    })
    const rebuilt = { ...snapshot, seq: state.seq, state }
    await snapshots.save(rebuilt)
    return { ...rebuilt, rebuilt: true }
  }
  /** The log of a run at work has one writer, who is asked; that of a finished run has none. */
  const note = async ({ id: snapshotId, runId, seq: atSeq, name }: Snapshot): Promise<void> => {
    const kept = { snapshotId, atSeq, ...(name !== undefined && { name }) }
    try {
      await runs.noteSnapshot(runId, kept)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'RUN_FINISHED') throw error
      await noteInFinished(runId, kept)
    }
  }
  const noteInFinished = async (runId: RunId, kept: KeptSnapshot): Promise<void> => {
    for (let turn = 1; ; turn++) {
      const state = foldRun(emptyRun, await runLog.read(runId))
      try {
        const events = await runLog.append(runId, [{ type: 'snapshot.saved', ...kept }], state.seq, (added) => foldRun(state, added))
        return feed.publish(runId, events)
      } catch (error) {
        // Somebody else named a moment at the same time.
        if (!(error instanceof RunConflict) || turn === NOTE_TURNS) throw error
      }
    }
  }
  return {
    async list(actor: Actor, runId: string): Promise<Snapshot[]> {
      const { id } = await read.state(actor, runId)
      return snapshots.list(id)
    },
    /** The snapshot, compared with the log: one that disagrees is told of and rebuilt. */
    async find(actor: Actor, id: string): Promise<LoadedSnapshot> {
      authorise(actor, 'runs.read')
      return load(id)
    },
    /** Keeps the run as it was at `seq` (left out: now) under a name. */
    async save(actor: Actor, runId: string, { name, seq }: { name: string; seq?: number | undefined }): Promise<Snapshot> {
      authorise(actor, 'runs.write')
      const { id, run } = await read.state(actor, runId)
      const state = seq === undefined || seq >= run.seq ? run : foldRun(emptyRun, await runLog.read(id, 0, seq))
      const snapshot = { id: ids.next('snap'), runId: id as RunId, seq: state.seq, name, createdAt: clock.now(), state }
      await snapshots.save(snapshot)
      await note(snapshot)
      return snapshot
    },
    /** How the runs of a workflow are kept by themselves: those that begin, or are taken up again, from now on. */
    async policy(actor: Actor, workflowId: string): Promise<SnapshotPolicy> {
      authorise(actor, 'workflows.read')
      if (!(await workflows.find(workflowId))) throw new UnknownWorkflow(workflowId)
      return workflows.snapshots(workflowId)
    },
    /** @throws {UnknownWorkflow} */
    async setPolicy(actor: Actor, workflowId: string, policy: SnapshotPolicy): Promise<SnapshotPolicy> {
      authorise(actor, 'workflows.write')
      if (!(await workflows.setSnapshots(workflowId, policy))) throw new UnknownWorkflow(workflowId)
      return policy
    },
    async remove(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'runs.write')
      await found(id)
      await snapshots.remove(id)
    },
  }
}

/** As it is stored: without what is undefined. */
const plain = (state: RunState): Json => JSON.parse(JSON.stringify(state)) as Json

export type KeepSnapshot = ReturnType<typeof keepSnapshot>
