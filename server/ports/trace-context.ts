import { createHash } from 'node:crypto'
import type { TraceParent } from '@/domain/run/trace-parent'

/** Whose call it is. `key` as in the log: `outer[3].inner`; `trace`: where the run stands in somebody else's. */
export type CallOf = { runId: string; key: string; attempt: number; trace?: TraceParent | undefined }

/** The W3C trace context that a call carries to whoever answers it. */
export type TraceContext = { traceparent(of: CallOf): string }

/**
 * Ids are made of what they are of, so that a call can name its span before anything is exported, and a run that goes on
 * after a restart goes on in the same trace.
 * @see https://www.w3.org/TR/trace-context/
 */
export function traceIdOf(runId: string): string {
  return hashOf('trace', runId).slice(0, 32)
}

/** @param place where in the run: nothing for the run itself, a step's key, and the attempt for one try of it */
export function spanIdOf(runId: string, ...place: readonly (string | number)[]): string {
  return hashOf('span', runId, ...place).slice(0, 16)
}

/** The trace that a run is told in: its caller's, or its own. */
export function traceOfRun(runId: string, trace: TraceParent | undefined): string {
  return trace?.traceId ?? traceIdOf(runId)
}

export function traceparentOf({ runId, key, attempt, trace }: CallOf, sampled: boolean): string {
  return `00-${traceOfRun(runId, trace)}-${spanIdOf(runId, key, attempt)}-${sampled ? '01' : '00'}`
}

function hashOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
