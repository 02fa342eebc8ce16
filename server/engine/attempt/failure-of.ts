import { isAppError } from '@/domain/error'
import type { Failure } from '@/domain/run/run-event'

/** Any thrown thing as a failure for the log. What we do not know is not tried again. */
export function failureOf(error: unknown): Failure {
  if (isAppError(error)) return { code: error.code, message: error.message, hint: error.hint, retryable: error.retryable, ...('retryAfterMs' in error && typeof error.retryAfterMs === 'number' && { retryAfterMs: error.retryAfterMs }) }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), retryable: false }
}

/** Why an attempt was cut off after `timeoutMs`. */
export function timedOut(timeoutMs: number): Failure {
  return { code: 'TIMEOUT', message: `No result after ${timeoutMs} ms`, hint: 'Raise the timeout of the node, or look at what it waits for.', retryable: true }
}
