import type { Graph } from '@/domain/graph/graph'
import { AppError } from '@/domain/error'
import type { FailureKind } from '@/domain/run/failure-kind'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import type { RunOrigin } from '@/domain/run/run-origin'
import type { RunState, RunStatus } from '@/domain/run/run-state'
import type { Lease } from './run-leases'

/** Another writer appended first, or the run does not exist. Whoever gets this stops working on the run. */
export class RunConflict extends AppError {
  readonly code = 'RUN_CONFLICT'
  override readonly retryable = false
  readonly hint = 'Somebody else went on with this run. Reload it and try again.'
  constructor(readonly runId: string, readonly expectedSeq: number) {
    super(`Run ${runId} is no longer at seq ${expectedSeq}`)
  }
}

/** A row of the runs list: a projection of the log, written in the same transaction as the events. */
export type RunSummary = {
  id: RunId
  workflowId: string
  workflowName: string
  version: number | 'draft'
  status: RunStatus
  seq: number
  priority: number
  parentRunId?: string
  forkedFrom?: string
  origin?: RunOrigin
  createdAt: number
  startedAt?: number
  finishedAt?: number
  error?: string
  failure?: FailureKind
}

export type RunFilter = { workflowId?: string; status?: RunStatus; failure?: FailureKind; parentRunId?: RunId; cursor?: string; limit?: number }
export type Page<T> = { items: T[]; nextCursor: string | null }

/** An idempotency key, the run it stands for, and the hash of what was asked with it. `at`: epoch ms. */
export type KeyClaim = { workflowId: string; key: string; runId: RunId; bodyHash: string; at: number }

/** The truth of all runs. R1: events of a run have seq 1, 2, 3 … without gap. R2: what `append` has answered survives a kill. */
export type RunLog = {
  /** Stores the graph once per content. @returns its SHA-256 */
  saveGraph(graph: Graph): Promise<string>
  /** @returns undefined when no graph has that hash */
  loadGraph(hash: string): Promise<Graph | undefined>
  /**
   * Appends facts after `expectedSeq` (0: a new run), and updates the summary to `after`, which is pure: it may be called again.
   * @returns the events with their seq and time
   * @param lease where several processes share the store: the writer's right to the run
   * @throws {RunConflict} when the log is not at `expectedSeq`, {LeaseLost} when the lease has another owner; nothing is written
   */
  append(runId: RunId, facts: readonly RunFact[], expectedSeq: number, after: (events: readonly RunEvent[]) => RunState, lease?: Lease): Promise<RunEvent[]>
  /**
   * Writes the summary anew where it is not what the log says. `run`: the fold of the whole log; where that has grown meanwhile, nothing is done.
   * @returns whether the summary was wrong
   */
  mend(runId: RunId, run: RunState): Promise<boolean>
  /** Events after `after` in order, at most `limit`. Unknown run: none. Their values are whole, however the store keeps them. */
  read(runId: RunId, after?: number, limit?: number): Promise<RunEvent[]>
  /** The same with a `LargeValue` in place of each value beyond `LARGE_BYTES`, which is not read. One from before they were kept apart is whole. */
  readApart(runId: RunId, after?: number, limit?: number): Promise<RunEvent[]>
  /** JSON of one that the run's events hold; undefined: they hold no such. */
  largeValue(runId: RunId, hash: string): Promise<string | undefined>
  find(runId: RunId): Promise<RunSummary | undefined>
  /** Newest first. */
  list(filter: RunFilter): Promise<Page<RunSummary>>
  /** Ids of runs that are queued, running or waiting: what to take up at start. */
  unfinished(): Promise<RunId[]>
  /** Runs that ended from `from` on and before `to`, in the order they ended. */
  ended(from: number, to: number, limit: number): Promise<RunSummary[]>
  /** Who has the key of this workflow, if claimed at `since` or later. */
  findKey(workflowId: string, key: string, since: number): Promise<KeyClaim | undefined>
  /** Claims a key unless somebody has since `since`; claims from before are forgotten. @returns the claim that counts */
  claimKey(claim: KeyClaim, since: number): Promise<KeyClaim>
}

/**
 * A snapshot is a moment of a run that can be gone back to; never truth. `state` is stored with those that a person named.
 * One that was made after a step is its place in the log, and is folded when somebody asks: whole states after every step
 * would be many times as much to write as the log itself.
 */
export type Snapshot = { id: string; runId: RunId; seq: number; name?: string; createdAt: number; state?: RunState; /** A state is stored, and cannot be read. */ unreadable?: true }
export type SnapshotStore = {
  /** Those that nobody named may be written a moment later; whoever reads finds them. */
  save(snapshot: Snapshot): Promise<void>
  /** Without their states. */
  list(runId: RunId): Promise<Snapshot[]>
  find(id: string): Promise<Snapshot | undefined>
  /** Deletes those without a name but for the newest `keep` of the run. */
  prune(runId: RunId, keep: number): Promise<void>
  remove(id: string): Promise<boolean>
}
