import 'server-only'
import { type z } from 'zod'
import { AppError, isAppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import { appContext, localActor, type Actor, type AppContext } from '@/server/boot/app-context'
import { diskFull, isDiskFull, PROBLEM_TYPE, problemOf, serverFault, type Problem } from '@/wire/problem'

/** An answer that took longer is worth a line. */
const SLOW_MS = 1_000
/** Largest body of a request. */
const MAX_BODY_BYTES = 8 * 1024 * 1024
/** How much of a larger one is read, to refuse it in order. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024
/** Deepest nesting of lists and objects in a body: what checks, stores and compares it calls itself once a level. */
const MAX_DEPTH = 256

class NotJson extends AppError {
  readonly code = 'NOT_JSON'
  readonly hint = 'Send a JSON body, with content-type: application/json.'
}

class BodyTooLarge extends AppError {
  readonly code = 'BODY_TOO_LARGE'
  readonly hint = 'Send less: keep large texts outside, and let the workflow fetch them.'
  constructor(maxBytes: number) {
    super(`The body has more than ${maxBytes} bytes`)
  }
}

class NestedTooDeep extends AppError {
  readonly code = 'NESTED_TOO_DEEP'
  readonly hint = 'Send the data flatter, or as a text that the workflow takes apart.'
  constructor() {
    super(`The body has lists or objects nested more than ${MAX_DEPTH} deep`)
  }
}

export type RouteCall<P> = {
  useCases: AppContext['useCases']
  actor: Actor
  params: P
  /** @throws {ZodError} {NotJson} {BodyTooLarge} {NestedTooDeep} */
  body: <T extends z.ZodType>(schema: T) => Promise<z.infer<T>>
  query: <T extends z.ZodType>(schema: T) => z.infer<T>
  /** Names in small letters; the schema lets others pass. */
  headers: <T extends z.ZodType>(schema: T) => z.infer<T>
  header: (name: string) => string | null
  /** The body as it came, for signatures, and what it says. @throws {BodyTooLarge}; `json` @throws {NotJson} {NestedTooDeep} */
  raw: (maxBytes: number) => Promise<{ bytes: Uint8Array; json: () => Json }>
  /** Aborted when the caller goes away. */
  signal: AbortSignal
}

/**
 * A route handler: parse, call one use case, answer. What is thrown becomes a problem (RFC 9457).
 * Host and Origin were checked before Next saw the request: server/boot/request-guard.ts.
 */
export function handleRoute<P = Record<string, never>>(handler: (call: RouteCall<P>) => Promise<Response> | Response) {
  return async (request: Request, context: { params: Promise<P> }): Promise<Response> => {
    const began = performance.now()
    try {
      return await handler({
        useCases: appContext().useCases,
        actor: localActor,
        params: await context.params,
        body: async (schema) => schema.parse(jsonOf(await readBytes(request, MAX_BODY_BYTES), request)),
        header: (name) => request.headers.get(name),
        raw: async (maxBytes) => {
          const bytes = await readBytes(request, maxBytes)
          return { bytes, json: () => jsonOf(bytes, request) as Json }
        },
        signal: request.signal,
        query: (schema) => schema.parse(Object.fromEntries(new URL(request.url).searchParams)),
        headers: (schema) => schema.parse(Object.fromEntries(request.headers)),
      })
    } catch (error) {
      return problemResponse(problemOf(error) ?? faultOf(error, request), headersOf(error))
    } finally {
      tellIfSlow(request, performance.now() - began)
    }
  }
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}

export function noContent(): Response {
  return new Response(null, { status: 204 })
}

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(problem), { status: problem.status, headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers } })
}

/** When to come back, where the refusal knows. */
function headersOf(error: unknown): Record<string, string> {
  return isAppError(error) && 'retryAfterMs' in error ? { 'retry-after': String(Math.ceil(Number(error.retryAfterMs) / 1_000)) } : {}
}

function faultOf(error: unknown, request: Request): Problem {
  appContext().logger({
    level: 'ERROR', component: 'api', category: 'system', message: error instanceof Error ? error.message : String(error),
    data: { path: new URL(request.url).pathname, method: request.method, stack: error instanceof Error ? (error.stack ?? '') : '' },
  })
  return isDiskFull(error) ? diskFull : serverFault
}

function tellIfSlow(request: Request, durationMs: number): void {
  if (durationMs < SLOW_MS) return
  const path = new URL(request.url).pathname
  appContext().logger({ level: 'WARNING', component: 'api', category: 'performance', message: `${request.method} ${path} took ${Math.round(durationMs)} ms`, data: { path, method: request.method, durationMs } })
}

/** An empty body counts as `{}`: a POST without one is not malformed. */
function jsonOf(bytes: Uint8Array, request: Request): unknown {
  const text = textOf(bytes)
  if (text.trim() === '') return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) throw new NotJson(`The body's content-type is ${type === '' ? 'missing' : `"${type}"`}`)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw new NotJson(`The body is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
  if (isDeeperThan(body, MAX_DEPTH)) throw new NestedTooDeep()
  return body
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new NotJson('The body is not UTF-8')
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1))
}

/** Counted while it comes in: a length that a header claims proves nothing. */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (request.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    // The rest is read and dropped: an answer before its end would break the caller's kept-alive connection.
    if (bytes > MAX_DRAINED_BYTES) break
    if (bytes <= maxBytes) chunks.push(chunk)
  }
  if (bytes > maxBytes) throw new BodyTooLarge(maxBytes)
  return Buffer.concat(chunks)
}
