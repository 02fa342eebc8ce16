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
import type { ReadRun, Values } from './read-run'
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
  const wholeAt = async (runId: RunId, seq: number): Promise<RunState> => foldRun(emptyRun, await runLog.read(runId, 0, seq))
  const apartAt = async (runId: RunId, seq: number): Promise<RunState> => foldRun(emptyRun, await runLog.readApart(runId, 0, seq))
  const load = async (id: string, values: Values): Promise<LoadedSnapshot> => {
    const { state: stored, unreadable, ...snapshot } = await found(id)
    const seq = Math.max(0, snapshot.seq)
    const state = await apartAt(snapshot.runId, seq)
    const shown = (): Promise<RunState> => (values === 'apart' ? Promise.resolve(state) : wholeAt(snapshot.runId, seq))
    // An earlier version kept large values in the state itself.
    const same = async (kept: RunState): Promise<boolean> => sameJson(plain(kept), plain(state)) || sameJson(plain(kept), plain(await wholeAt(snapshot.runId, seq)))
    const agrees = !unreadable && snapshot.seq === state.seq && (!stored || (await same(stored)))
    if (agrees) return { ...snapshot, state: await shown(), rebuilt: false }
    logger({
      level: 'ERROR', component: 'engine', category: 'system', runId: snapshot.runId,
      message: `Snapshot ${id} at seq ${snapshot.seq} was not what the log says, and has been rebuilt from it`,
      data: { snapshotId: id, readable: !unreadable, storedSeq: stored?.seq ?? null, storedStatus: stored?.status ?? null, seq: state.seq, status: state.status },
    })
    const rebuilt = { ...snapshot, seq: state.seq, state }
    await snapshots.save(rebuilt)
    return { ...rebuilt, state: await shown(), rebuilt: true }
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
    /** The snapshot, compared with the log: one that disagrees is told of and rebuilt. @param values of the state that is answered; the stored one holds large ones by reference */
    async find(actor: Actor, id: string, values: Values = 'whole'): Promise<LoadedSnapshot> {
      authorise(actor, 'runs.read')
      return load(id, values)
    },
    /** Keeps the run as it was at `seq` (left out: now) under a name. */
    async save(actor: Actor, runId: string, { name, seq }: { name: string; seq?: number | undefined }): Promise<Snapshot> {
      authorise(actor, 'runs.write')
      const { id, run } = await read.state(actor, runId, 'apart')
      const state = await apartAt(id, Math.min(seq ?? run.seq, run.seq))
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
