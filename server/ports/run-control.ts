import type { Turn } from '@/domain/run/admit-runs'
import type { KeptSnapshot } from '@/domain/run/decide-run'
import type { Pause } from '@/domain/run/pause'
import type { RunId } from '@/domain/run/run-event'

/** What a person may ask of a run at work. The engine is behind it, here or elsewhere. */
export type RunControl = {
  /** Takes up a run that has been queued. */
  submit(runId: RunId): Promise<void>
  /** Runs that wait for a place to work in, first in line first. */
  line(): Turn[] | Promise<Turn[]>
  /** Holds runs of a workflow back, or lets them go on. Told again at each start: the workflow store keeps it. */
  setPause(workflowId: string, pause: Pause | null): void
  /** Says in the log that a moment of the run is kept. @throws {AppError} UNKNOWN_RUN, RUN_FINISHED */
  noteSnapshot(runId: RunId, snapshot: KeptSnapshot): Promise<void>
  /** @throws {AppError} UNKNOWN_RUN, RUN_FINISHED */
  cancel(runId: RunId, by: string): Promise<void>
  /** @throws {AppError} UNKNOWN_RUN, NOT_WAITING, RUN_FINISHED */
  answer(runId: RunId, key: string, answer: { decision: 'approve' | 'reject'; comment: string; by: string }): Promise<void>
}
