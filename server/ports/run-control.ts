import type { Turn } from '@/domain/run/admit-runs'
import type { RunId } from '@/domain/run/run-event'

/** What a person may ask of a run at work. The engine is behind it, here or elsewhere. */
export type RunControl = {
  /** Takes up a run that has been queued. */
  submit(runId: RunId): Promise<void>
  /** Runs that wait for a place to work in, first in line first. */
  line(): Turn[]
  /** @throws {AppError} UNKNOWN_RUN, RUN_FINISHED */
  cancel(runId: RunId, by: string): Promise<void>
  /** @throws {AppError} UNKNOWN_RUN, NOT_WAITING, RUN_FINISHED */
  answer(runId: RunId, key: string, answer: { decision: 'approve' | 'reject'; comment: string; by: string }): Promise<void>
}
