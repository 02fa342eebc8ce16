import { AppError } from '@/domain/error'
import type { RunId } from '@/domain/run/run-event'

/** The right of one process to work on a run, until it expires. The epoch goes up with every owner: by it the log refuses the one before. */
export type Lease = { runId: RunId; owner: string; epoch: number }

/** The lease went to another owner, who works on the run now. Nothing was written. */
export class LeaseLost extends AppError {
  readonly code = 'LEASE_LOST'
  override readonly retryable = false
  readonly hint = 'Another process has taken the run over: it was silent for too long here.'
  constructor(readonly runId: string) {
    super(`The lease of run ${runId} went to another process`)
  }
}

/** Who may work on which run, where several processes share a store. Time is the store's own: clocks of machines differ. */
export type RunLeases = {
  /** @returns undefined while another owner's lease lasts. One's own is renewed under a new epoch. */
  acquire(runId: RunId, owner: string, ttlMs: number): Promise<Lease | undefined>
  /** Prolongs what is still held. @returns the runs that are not any more */
  renew(leases: readonly Lease[], ttlMs: number): Promise<RunId[]>
  /** Free at once for others. A lease that is lost already stays with its owner. */
  release(leases: readonly Lease[]): Promise<void>
  /** Unfinished runs that nobody holds, first the oldest, a step of priority counting as AGING_MS. */
  free(limit: number): Promise<RunId[]>
}
