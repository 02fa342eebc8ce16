/** A refusal of the server (RFC 9457), as the pages see it. `status` 0: no answer came at all. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly issues: readonly ProblemIssue[]

  constructor(problem: ProblemBody & { status: number }) {
    super(problem.detail ?? problem.title ?? problem.code ?? `HTTP ${problem.status}`)
    this.name = 'ProblemError'
    this.status = problem.status
    this.code = problem.code ?? `HTTP_${problem.status}`
    this.title = problem.title ?? this.message
    this.detail = problem.detail
    this.hint = problem.hint
    this.issues = problem.issues ?? []
  }
}

/** Where a field is at fault; a graph's issues carry more than the contract's two. */
export type ProblemIssue = { path: string; message: string; code?: string; nodeId?: string; edgeId?: string; params?: Record<string, string>; inner?: unknown }
type ProblemBody = { code?: string | undefined; title?: string | undefined; detail?: string | undefined; hint?: string | undefined; issues?: readonly ProblemIssue[] | undefined }

/** Reads what an answer says went wrong; whatever the body holds, a ProblemError comes out. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined)
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : undefined)
  const issues = Array.isArray(fields.issues) ? fields.issues.filter(isIssue) : []
  return new ProblemError({ status: response.status, code: text('code'), title: text('title') ?? response.statusText, detail: text('detail'), hint: text('hint'), issues })
}

/** Whatever was thrown, as something a page can show. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError({ status: 0, code: 'NO_ANSWER', title: error instanceof Error ? error.message : String(error) })
}

function isIssue(value: unknown): value is ProblemIssue {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
}
