import 'server-only'
import { Agent, request as send, type Dispatcher } from 'undici'
import { AppError, isAppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { HttpClient } from '@/server/ports/http-client'
import { EgressRefused, createGuardedConnector } from './egress-guard'

/** No answer came. Another attempt may get one. */
export class HttpUnreachable extends AppError {
  readonly code = 'HTTP_UNREACHABLE'
  override readonly retryable = true
  readonly hint = 'Is the address right, and does its server answer in time?'
  constructor(readonly url: string, reason: string) {
    super(`${url} gave no answer: ${reason}`)
  }
}

/** The answer is larger than a step may hold. */
export class HttpTooLarge extends AppError {
  readonly code = 'HTTP_TOO_LARGE'
  readonly hint = 'Ask the server for a part of it, or for fewer fields.'
  constructor(readonly url: string, readonly maxBytes: number) {
    super(`${url} answered with more than ${maxBytes} bytes`)
  }
}

const MAX_BYTES = 5 * 1024 * 1024
const MAX_REDIRECTS = 5
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
// Set by the connection, or not a workflow's to set.
const NEVER_SENT = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'te', 'trailer', 'expect', 'proxy-authorization', 'proxy-connection', 'accept-encoding'])
// What another origin may see: any other header could be a credential.
const SAFE_ACROSS = new Set(['accept', 'accept-language', 'content-type', 'user-agent', 'idempotency-key'])

type Hop = { method: Dispatcher.HttpMethod; url: URL; headers: Record<string, string>; body: string | undefined }

/**
 * HTTP calls that a workflow asks for. Any status is an answer, 429 and 5xx too; the engine decides about a retry.
 * @param allow hosts that may be private: `host` or `host:port`
 * @param timeoutMs for connecting, for the headers, and between two parts of the body; the signal bounds the whole
 */
export function createEgressHttpClient({ allow = [], timeoutMs = 30_000, lookup }: { allow?: readonly string[]; timeoutMs?: number; lookup?: Parameters<typeof createGuardedConnector>[0]['lookup'] } = {}): HttpClient & { close(): Promise<void> } {
  const connect = createGuardedConnector({ allow, connectTimeoutMs: Math.min(10_000, timeoutMs), ...(lookup && { lookup }) })
  const agent = new Agent({ connect, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, maxHeaderSize: 64 * 1024 })

  async function hop({ method, url, headers, body }: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    try {
      return await send(url, { dispatcher: agent, method, headers, signal, ...(body !== undefined && { body }) })
    } catch (error) {
      throw translated(error, url, signal)
    }
  }

  return {
    async send({ method, url, headers, body, idempotencyKey }, signal) {
      let next: Hop = { method: methodOf(method), url: urlOf(url), headers: cleaned(headers, idempotencyKey), body: method.toUpperCase() === 'GET' || method.toUpperCase() === 'HEAD' ? undefined : body }
      for (let redirects = 0; ; redirects++) {
        const answer = await hop(next, signal)
        const location = redirectOf(answer)
        if (location === undefined) return { status: answer.statusCode, headers: flat(answer.headers), body: await readBody(answer, next.url, signal) }
        if (redirects === MAX_REDIRECTS) {
          // What is left of the answer is nobody's; cutting it off is no error.
          answer.body.on('error', () => undefined).destroy()
          throw new EgressRefused(`${url} redirects more than ${MAX_REDIRECTS} times`, 'Give the address it leads to in the end.')
        }
        await answer.body.dump()
        next = redirected(next, answer.statusCode, urlOf(location, next.url))
      }
    },
    close: () => agent.destroy(),
  }
}

function methodOf(method: string): Dispatcher.HttpMethod {
  const upper = method.toUpperCase()
  if (!METHODS.has(upper)) throw new EgressRefused(`The method ${method} is not sent`, 'Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.')
  return upper as Dispatcher.HttpMethod
}

/** @throws {EgressRefused} not an address over HTTP */
function urlOf(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  if (!url) throw new EgressRefused(`“${text.slice(0, 200)}” is not an address`, 'An address begins with http:// or https://.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new EgressRefused(`${url.protocol} is not called`, 'Only http and https are.')
  if (url.username !== '' || url.password !== '') throw new EgressRefused('An address with a name or password in it is not called', 'Send them in an Authorization header.')
  return url
}

function cleaned(headers: Record<string, string>, idempotencyKey: string): Record<string, string> {
  const kept: Record<string, string> = { 'user-agent': 'heddle', accept: 'application/json, text/*;q=0.9, */*;q=0.5' }
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (!NEVER_SENT.has(lower)) kept[lower] = value
  }
  return { ...kept, 'accept-encoding': 'identity', 'idempotency-key': idempotencyKey }
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined
  const { location } = headers
  return Array.isArray(location) ? location[0] : location
}

function redirected({ method, url: from, headers, body }: Hop, status: number, url: URL): Hop {
  const toGet = (status === 303 && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST')
  const kept = Object.entries(headers).filter(([name]) => (from.origin === url.origin || SAFE_ACROSS.has(name) || name === 'accept-encoding') && !(toGet && name === 'content-type'))
  return { method: toGet ? 'GET' : method, url, headers: Object.fromEntries(kept), body: toGet ? undefined : body }
}

/** JSON where the answer says so and it is, else text. @throws {HttpTooLarge} */
async function readBody(answer: Dispatcher.ResponseData, url: URL, signal: AbortSignal): Promise<Json> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_BYTES) throw new HttpTooLarge(shown(url), MAX_BYTES)
      chunks.push(chunk)
    }
  } catch (error) {
    throw translated(error, url, signal)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const type = String(answer.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json' && !type.endsWith('+json')) return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
}

function translated(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (isAppError(error)) return error
  const cause = error instanceof Error ? error.cause : undefined
  if (isAppError(cause)) return cause
  return new HttpUnreachable(shown(url), error instanceof Error ? error.message || error.name : String(error))
}

/** Without the query, where keys tend to stand. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`
}
