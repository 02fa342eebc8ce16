import { sameJson, type Json } from '@/domain/json'
import { failureKindOf } from '@/domain/run/failure-kind'
import type { RunId } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import type { RunSummary } from './run-log'

/** The row of the runs list, projected from the folded log. */
export function summaryOf(id: RunId, run: RunState): RunSummary {
  const failure = failureKindOf(run)
  return {
    id, workflowId: run.workflowId, workflowName: run.workflowName, version: run.version, status: run.status, seq: run.seq, priority: run.priority,
    ...(run.parentRunId !== undefined && { parentRunId: run.parentRunId }),
    ...(run.forkedFrom !== undefined && { forkedFrom: run.forkedFrom }),
    ...(run.origin && { origin: run.origin }),
    createdAt: run.createdAt ?? 0,
    ...(run.startedAt !== undefined && { startedAt: run.startedAt }),
    ...(run.finishedAt !== undefined && { finishedAt: run.finishedAt }),
    ...(run.error && { error: run.error.message }),
    ...(failure && { failure }),
  }
}

/** Whether two rows say the same of a run. */
export function sameSummary(a: RunSummary, b: RunSummary): boolean {
  return sameJson(a as Json, b as Json)
}
