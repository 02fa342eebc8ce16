import { AppError } from '@/domain/error'
import type { GraphIssue } from '@/domain/graph/validate'

type Issue = { path: string; message: string; code?: string; nodeId?: string; edgeId?: string; params?: Record<string, string>; inner?: GraphIssue }

export class InvalidGraph extends AppError {
  readonly code = 'INVALID_GRAPH'
  readonly hint = 'Open the workflow: the editor shows each problem at its node.'
  override readonly issues: readonly Issue[]
  constructor(issues: readonly GraphIssue[]) {
    super(issues.length === 1 ? `The workflow cannot run: ${issues[0]!.message}` : `The workflow cannot run: ${issues.length} problems`)
    this.issues = issues.map(({ nodeId, edgeId, path, code, message, params, inner }) => ({
      path: [nodeId ?? edgeId, path].filter((part) => part !== undefined && part !== '').join('.'), message, code, ...(nodeId !== undefined && { nodeId }), ...(edgeId !== undefined && { edgeId }),
      // For readers of other languages.
      ...(params && { params }), ...(inner && { inner }),
    }))
  }
}

export class InvalidInput extends AppError {
  readonly code = 'INVALID_INPUT'
  readonly hint = 'The input node of the workflow says what it takes.'
  override readonly issues: readonly Issue[]
  constructor(issues: readonly Issue[]) {
    super(`The input does not fit: ${issues.map((issue) => `${issue.path === '' ? '' : `${issue.path}: `}${issue.message}`).join('; ')}`)
    this.issues = issues.map(({ path, message }) => ({ path, message }))
  }
}

/** A schedule or webhook that could never start a run as it is. */
export class InvalidTrigger extends AppError {
  readonly code = 'INVALID_TRIGGER'
  readonly hint = 'See issues: each names a field and what it needs.'
  constructor(override readonly issues: readonly Issue[]) {
    super(issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '))
  }
}

export class TooManyTriggers extends AppError {
  readonly code = 'TOO_MANY_TRIGGERS'
  readonly hint = 'Delete one that is not needed any more.'
  constructor(what: 'schedules' | 'webhooks', max: number) {
    super(`A workflow has at most ${max} ${what}`)
  }
}

export class InputTooLarge extends AppError {
  readonly code = 'BODY_TOO_LARGE'
  readonly hint = 'Hand in a reference to the data, and let an HTTP node fetch it.'
  constructor(bytes: number, max: number) {
    super(`The input has ${bytes} bytes of JSON; at most ${max} are taken`)
  }
}

export class IdempotencyKeyReused extends AppError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED'
  readonly hint = 'Take a new key for another run. A call that is repeated sends exactly what it sent the first time.'
  constructor(runId: string) {
    super(`The idempotency key started run ${runId} with another body`)
  }
}

export class HoldsRuns extends AppError {
  readonly code = 'WORKFLOW_HOLDS_RUNS'
  readonly hint = 'Cancel its runs, or resume the workflow and let them end; then delete it.'
  constructor() {
    super('The workflow is paused and holds runs back')
  }
}

/** `code` decides about the HTTP status: see wire/problem.ts. */
export class NotFound extends AppError {
  constructor(readonly code: 'NOT_FOUND' | 'UNKNOWN_RUN' | 'UNKNOWN_VALUE' | 'UNKNOWN_VERSION' | 'UNKNOWN_SNAPSHOT' | 'UNKNOWN_TEMPLATE' | 'UNKNOWN_RULE' | 'UNKNOWN_ALERT' | 'UNKNOWN_SILENCE' | 'UNKNOWN_SCHEDULE' | 'UNKNOWN_HOOK', message: string, readonly hint: string) {
    super(message)
  }
}

export function unknownHook(id: string): NotFound {
  return new NotFound('UNKNOWN_HOOK', `There is no webhook ${id}`, 'It may have been deleted, or its workflow was. Check the address.')
}

export function unknownRun(id: string): NotFound {
  return new NotFound('UNKNOWN_RUN', `There is no run ${id}`, 'Check the id, or look for the run on the runs page.')
}

export function unknownValue(runId: string, hash: string): NotFound {
  return new NotFound('UNKNOWN_VALUE', `Run ${runId} holds no value ${hash}`, 'Take the hash from the same run, asked with ?outputs=reference.')
}

/** It was made on another draft than the one of its revision. */
export class OperationMisfit extends AppError {
  readonly code = 'OPERATION_MISFIT'
  readonly hint = 'Load the workflow and make the change anew on what it is now.'
  constructor(readonly operation: string) {
    super(`Operation ${operation} does not fit the workflow at that revision`)
  }
}
