import type { Json } from '@/domain/json'
import type { DiffSide } from '@/domain/run/diff-runs'
import { failureKindOf } from '@/domain/run/failure-kind'
import { largeOf, type LargeRef } from '@/domain/run/large-value'
import { outputOf } from '@/domain/run/scope'
import type { SkipReason } from '@/domain/run/run-event'
import { stepOf, type RunState, type Step } from '@/domain/run/run-state'
import { timestamp, timestampOrNull } from './page'
import { queueTurn } from './queue'
import type { RunBody } from './runs'

/** A folded run as `GET /api/runs/{id}` answers it; `turn` where it waits in line. */
export function runBody(id: string, run: RunState, turn?: Parameters<typeof queueTurn>[0]): RunBody {
  const failure = failureKindOf(run)
  return {
    id, workflowId: run.workflowId, workflowName: run.workflowName, version: run.version, status: run.status, priority: run.priority, seq: run.seq,
    createdAt: timestamp(run.createdAt ?? 0), startedAt: timestampOrNull(run.startedAt), finishedAt: timestampOrNull(run.finishedAt),
    ...(run.parentRunId !== undefined && { parentRunId: run.parentRunId }), ...(run.forkedFrom !== undefined && { forkedFrom: run.forkedFrom }), ...(run.origin && { origin: run.origin }), ...(failure && { failure }), ...(turn && { queue: queueTurn(turn) }),
    ...given({ input: run.input, output: run.output ?? null }), error: run.error ?? null, waitingFor: [...run.waitingFor],
    steps: Object.fromEntries(Object.entries(run.steps).map(([key, step]) => [key, stepBody(step)])),
  }
}

function stepBody(step: Step): RunBody['steps'][string] {
  const { state, startedAt, finishedAt } = step
  return {
    status: state.kind, attempts: step.attempts.length,
    startedAt: timestampOrNull(startedAt), finishedAt: timestampOrNull(finishedAt),
    durationMs: startedAt !== undefined && finishedAt !== undefined ? finishedAt - startedAt : null,
    ...given({ input: step.input ?? null, output: state.kind === 'failed' ? null : (outputOf(step) ?? null) }), error: state.kind === 'failed' ? state.error : null,
    usage: step.usage ?? null, route: step.route ?? null,
    ...(step.reusedFrom !== undefined && { reusedFrom: step.reusedFrom }),
    ...(step.subRun && { subRun: step.subRun }),
    ...(step.pinned && { pinned: true as const }),
    ...(state.kind === 'skipped' && { skipReason: skipReason(state.reason) }),
  }
}

/** A side of a comparison, with its output told of where that was not read of the run. */
export function diffSideBody(side: DiffSide | null, apart: RunState, nodeId: string): (DiffSide & { large?: LargeRef }) | null {
  const large = side && largeOf(outputOf(stepOf(apart, nodeId)))
  return side && large ? { ...side, output: null, large: { ...large } } : side
}

type Given = { input: Json; output: Json }

/** With null for what was not read, and what is told of it. */
function given(values: Given): Given & { large?: { input?: LargeRef; output?: LargeRef } } {
  const [input, output] = [largeOf(values.input), largeOf(values.output)]
  if (!input && !output) return values
  return { input: input ? null : values.input, output: output ? null : values.output, large: { ...(input && { input: { ...input } }), ...(output && { output: { ...output } }) } }
}

function skipReason(reason: SkipReason): string {
  switch (reason.kind) {
    case 'branch-not-taken':
      return `${reason.cause} took another branch`
    case 'upstream-failed':
      return `${reason.cause} failed`
    case 'upstream-skipped':
      return `${reason.cause} was skipped`
    case 'run-if-false':
      return 'its run-if condition is false'
    case 'error-skipped':
      return `it failed and may be skipped: ${reason.message}`
    case 'disabled':
      return 'it is disabled: what arrived went on unchanged'
  }
}
