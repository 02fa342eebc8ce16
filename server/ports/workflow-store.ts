import { AppError } from '@/domain/error'
import type { Graph } from '@/domain/graph/graph'
import type { WorkflowChange } from '@/domain/graph/workflow-change'
import type { Pause } from '@/domain/run/pause'
import type { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import type { Page } from './run-log'

export type Workflow = { id: string; name: string; description: string; graph: Graph; revision: number; latestVersion: number | null; paused: Pause | null; createdAt: number; updatedAt: number }
export type WorkflowSummary = Omit<Workflow, 'graph'> & { nodeCount: number }
export type WorkflowVersion = { workflowId: string; version: number; graphHash: string; createdAt: number; /** Who published it; empty: unknown. */ author: string; /** What they said of it; may be empty. */ note: string }

/** What made a revision. A change of null cannot be told as one, or was too large to keep. */
export type NewOperation = { id: string; change: WorkflowChange | null }
export type StoredOperation = NewOperation & { revision: number }

/** How many of the newest operations of a workflow are kept, and how long the text of one may be. */
export const OPERATIONS_KEPT = 1_000
export const LONGEST_OPERATION = 256 * 1_024

export class StaleRevision extends AppError {
  readonly code = 'STALE_REVISION'
  readonly hint = 'Somebody else saved this workflow. Load the new revision and apply your change to it.'
  constructor(readonly given: number, readonly current: number) {
    super(`The workflow is at revision ${current}, not ${given}`)
  }
}

export class UnknownWorkflow extends AppError {
  readonly code = 'WORKFLOW_NOT_FOUND'
  readonly hint = 'It may have been deleted. The list of workflows shows what there is.'
  constructor(readonly workflowId: string) {
    super(`There is no workflow ${workflowId}`)
  }
}

export type WorkflowStore = {
  create(workflow: { id: string; name: string; description: string; graph: Graph; now: number }): Promise<Workflow>
  find(id: string): Promise<Workflow | undefined>
  /** Newest change first; `search` matches name and description, any case. */
  list(filter: { search?: string; cursor?: string; limit?: number }): Promise<Page<WorkflowSummary>>
  /**
   * Each operation makes a revision; `change` is what all of them come to. Without operations it is one that is not told.
   * @throws {StaleRevision} nothing is written
   */
  update(id: string, change: { name?: string; description?: string; graph?: Graph }, revision: number, now: number, operations?: readonly NewOperation[]): Promise<Workflow | undefined>
  /** What made the revisions behind this one, in order; revisions that are not kept any more are missing. */
  operationsAfter(id: string, revision: number): Promise<StoredOperation[]>
  /** No change of the draft: revision and time stay. @returns false when there is no such workflow */
  setPause(id: string, paused: Pause | null): Promise<boolean>
  /** How its runs are kept by themselves. No change of the draft. @returns false when there is no such workflow */
  setSnapshots(id: string, policy: SnapshotPolicy): Promise<boolean>
  /** The default where nobody has said anything, or there is no such workflow. */
  snapshots(id: string): Promise<SnapshotPolicy>
  paused(): Promise<{ id: string; paused: Pause }[]>
  remove(id: string): Promise<boolean>
  /** Freezes `graphHash` as the next version number. @throws {UnknownWorkflow} */
  publish(id: string, said: { author: string; note: string }, graphHash: string, now: number): Promise<WorkflowVersion>
  versions(id: string): Promise<WorkflowVersion[]>
}
