/**
 * A refusal a person can act on. `wire/problem.ts` maps `code` to an HTTP status (RFC 9457).
 * Recognised by `isAppError`, not by `instanceof`: pages and server are bundled apart, so the class exists twice.
 */
export abstract class AppError extends Error {
  abstract readonly code: string
  abstract readonly hint: string
  readonly retryable: boolean = false
  /** Set when single fields are at fault. */
  readonly issues?: readonly { path: string; message: string }[]
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && 'code' in error && 'hint' in error && typeof error.hint === 'string'
}

/** Ends every switch over a union: a new variant fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`)
}
