import { MAX_CALL_DEPTH } from '@/domain/graph/called-workflows'
import { sameJson, type Json } from '@/domain/json'
import type { RunOrigin } from './run-origin'
import type { Failure, SubRun } from './run-event'
import { stepOf, type RunState } from './run-state'

/** Of a step that may start a run: what leads to it, and the run that it started before, if it failed. */
export type Caller = { callers: Callers; before: (SubRun & { input: Json }) | undefined; newRunId: () => SubRun['runId'] }
type Callers = Extract<RunOrigin, { kind: 'run' }>['callers']

/** The workflows that lead to the steps of a run, outermost first, its own last. */
export function callersOf({ origin, workflowId: id, workflowName: name }: RunState): Callers {
  return [...(origin?.kind === 'run' ? origin.callers : []), { id, name }]
}

/** The workflows by name where the call would lead in a circle or too deep, `A → B → A`; undefined where it may go on. */
export function refusedCall(callers: Callers, callee: { id: string; name: string }): string | undefined {
  const known = callers.findIndex(({ id }) => id === callee.id)
  if (known < 0 && callers.length < MAX_CALL_DEPTH) return undefined
  return [...callers.slice(Math.max(known, 0)), callee].map(({ name }) => name).join(' → ')
}

/** The run that a step started and has the result of, or waits for. */
export function startedBy(run: RunState, key: string): (SubRun & { input: Json }) | undefined {
  const { subRun, input = null } = stepOf(run, key)
  return subRun && { ...subRun, input }
}

/** Whether a run that failed can be gone on from: it had the same to do. */
export function sameTask(before: SubRun & { input: Json }, callee: { id: string; graphHash: string }, input: Json): boolean {
  return before.workflowId === callee.id && before.graphHash === callee.graphHash && sameJson(before.input, input)
}

/** What the end of a run means for the step that waits for it: its output, or why it fails. */
export function resultOfSubRun(end: RunState): { output: Json } | { error: Failure } {
  if (end.status === 'completed') return { output: end.output ?? null }
  if (end.status === 'cancelled') return { error: { code: 'SUB_RUN_CANCELLED', message: `The run of "${end.workflowName}" was cancelled`, hint: 'Open that run to see who did. Fork this one to go on.', retryable: false } }
  const { code = 'INTERNAL', message = '', hint, retryable = false } = end.error ?? {}
  return { error: { code, message: `${end.workflowName}${end.failedNode === undefined ? '' : `, ${end.failedNode}`}: ${message}`, ...(hint !== undefined && { hint }), retryable } }
}

/** Runs that steps have started and do not wait for any more: the process that should have cancelled them may have died. */
export function subRunsLeft(runId: string, run: RunState): { runId: SubRun['runId']; by: string }[] {
  return Object.entries(run.steps).flatMap(([key, { subRun, state, reusedFrom }]) => {
    const left = state.kind === 'failed' || state.kind === 'cancelled' || state.kind === 'skipped'
    return subRun && left && reusedFrom === undefined ? [{ runId: subRun.runId, by: `${runId}/${key}` }] : []
  })
}

/** Runs that steps at work wait for. */
export function subRunsAwaited(run: RunState): { key: string; attempt: number; subRun: SubRun }[] {
  return Object.entries(run.steps).flatMap(([key, { subRun, state, wakeAt }]) => (subRun && state.kind === 'running' && wakeAt === undefined ? [{ key, attempt: state.attempt, subRun }] : []))
}
