import { z } from 'zod'
import { isAppError } from '@/domain/error'
import { GraphIssueBody } from './workflows'

/** Every refusal of the API (RFC 9457). `hint` says what to do next; `issues` name the fields at fault. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string(),
  /** Of a graph also what each message is made of, for other languages, and what is wrong in the body of a map, as that level tells it. */
  issues: z.array(z.object({ path: z.string(), message: z.string(), code: z.string().optional(), nodeId: z.string().optional(), edgeId: z.string().optional(), params: z.record(z.string(), z.string()).optional(), inner: GraphIssueBody.optional() })).optional(),
})
export type Problem = z.infer<typeof Problem>

export const PROBLEM_TYPE = 'application/problem+json'

/** What the code of a refusal means over HTTP; a code that is not named here is bad input. */
const statusOfCode: Record<string, number> = {
  NOT_JSON: 400,
  INVALID_CURSOR: 400,
  INVALID_DELIVERY_ID: 400,
  WRONG_SECRET: 401,
  FORBIDDEN_ORIGIN: 403,
  UNKNOWN_RUN: 404,
  UNKNOWN_SCHEDULE: 404,
  UNKNOWN_HOOK: 404,
  UNKNOWN_SNAPSHOT: 404,
  UNKNOWN_TEMPLATE: 404,
  UNKNOWN_VALUE: 404,
  UNKNOWN_VERSION: 404,
  UNKNOWN_RULE: 404,
  UNKNOWN_ALERT: 404,
  UNKNOWN_SILENCE: 404,
  WORKFLOW_NOT_FOUND: 404,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  STALE_REVISION: 409,
  OPERATION_MISFIT: 409,
  RUN_CONFLICT: 409,
  RUN_FINISHED: 409,
  NOT_WAITING: 409,
  PROFILE_RUNNING: 409,
  WORKFLOW_HOLDS_RUNS: 409,
  TOO_MANY_TRIGGERS: 409,
  HOOK_OFF: 410,
  BODY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  STORED_EVENT_INVALID: 500,
}

const titles: Record<number, string> = { 400: 'Bad request', 401: 'Not proven', 403: 'Forbidden', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict', 410: 'Gone', 413: 'Too large', 507: 'Disk full', 422: 'Cannot be processed', 429: 'Too many requests', 500: 'Server error' }

/** @returns undefined when the error is no refusal but a fault of ours: the caller logs it and answers `serverFault` */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof z.ZodError) {
    return problem('INVALID_BODY', 'Some fields are not as they should be', 'See issues: each names a field and what it needs.', {
      status: 422, issues: error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    })
  }
  if (!isAppError(error)) return undefined
  return problem(error.code, error.message, error.hint, { ...(error.issues && { issues: [...error.issues] }) })
}

export const serverFault: Problem = problem('INTERNAL', 'Something went wrong here', 'Try again; if it stays, the server log says more.', { status: 500 })

/** The store took nothing of the request. */
export const diskFull: Problem = problem('DISK_FULL', 'The disk of the data folder is full: nothing was written', 'Make space there, or keep runs and logs for a shorter time (Settings, Retention); then try again.', { status: 507 })

/** Whether the store, or a file, said so. PostgreSQL's code is 53100. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (/SQLITE_FULL|ENOSPC|53100/.test(`${'code' in error ? String(error.code) : ''} ${error.message}`) || isDiskFull(error.cause))
}

export function problem(code: string, detail: string, hint: string, more: { status?: number; issues?: Problem['issues'] } = {}): Problem {
  const status = more.status ?? statusOfCode[code] ?? 422
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, code, detail, hint, ...(more.issues && { issues: more.issues }) }
}
