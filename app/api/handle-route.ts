import 'server-only'
import { type z } from 'zod'
import { AppError } from '@/domain/error'
import { appContext, localActor, type Actor, type AppContext } from '@/server/boot/app-context'
import { PROBLEM_TYPE, problemOf, serverFault, type Problem } from '@/wire/problem'

/** Largest body of a request. */
const MAX_BODY_BYTES = 8 * 1024 * 1024
/** How much of a larger one is read, to refuse it in order. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024

class NotJson extends AppError {
  readonly code = 'NOT_JSON'
  readonly hint = 'Send a JSON body, with content-type: application/json.'
}

class BodyTooLarge extends AppError {
  readonly code = 'BODY_TOO_LARGE'
  readonly hint = 'Send less: keep large texts outside, and let the workflow fetch them.'
  constructor() {
    super(`The body has more than ${MAX_BODY_BYTES} bytes`)
  }
}

export type RouteCall<P> = {
  useCases: AppContext['useCases']
  actor: Actor
  params: P
  /** @throws {ZodError} {NotJson} {BodyTooLarge} */
  body: <T extends z.ZodType>(schema: T) => Promise<z.infer<T>>
  query: <T extends z.ZodType>(schema: T) => z.infer<T>
}

/**
 * A route handler: parse, call one use case, answer. What is thrown becomes a problem (RFC 9457).
 * Host and Origin were checked before Next saw the request: server/boot/request-guard.ts.
 */
export function handleRoute<P = Record<string, never>>(handler: (call: RouteCall<P>) => Promise<Response> | Response) {
  return async (request: Request, context: { params: Promise<P> }): Promise<Response> => {
    try {
      return await handler({
        useCases: appContext().useCases,
        actor: localActor,
        params: await context.params,
        body: async (schema) => schema.parse(await readJson(request)),
        query: (schema) => schema.parse(Object.fromEntries(new URL(request.url).searchParams)),
      })
    } catch (error) {
      return problemResponse(problemOf(error) ?? faultOf(error, request))
    }
  }
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}

export function noContent(): Response {
  return new Response(null, { status: 204 })
}

export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem), { status: problem.status, headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' } })
}

function faultOf(error: unknown, request: Request): Problem {
  appContext().logger({
    level: 'ERROR', component: 'api', category: 'system', message: error instanceof Error ? error.message : String(error),
    data: { path: new URL(request.url).pathname, method: request.method, stack: error instanceof Error ? (error.stack ?? '') : '' },
  })
  return serverFault
}

/** An empty body counts as `{}`: a POST without one is not malformed. */
async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text.trim() === '') return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) throw new NotJson(`The body's content-type is ${type === '' ? 'missing' : `"${type}"`}`)
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new NotJson(`The body is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
}

/** Counted while it comes in: a length that a header claims proves nothing. */
async function readText(request: Request): Promise<string> {
  if (!request.body) return ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  let text = ''
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength
      // The rest is read and dropped: an answer before its end would break the caller's kept-alive connection.
      if (bytes > MAX_DRAINED_BYTES) break
      if (bytes <= MAX_BODY_BYTES) text += decoder.decode(chunk, { stream: true })
    }
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLarge()
    return text + decoder.decode()
  } catch (error) {
    throw error instanceof TypeError ? new NotJson('The body is not UTF-8') : error
  }
}
