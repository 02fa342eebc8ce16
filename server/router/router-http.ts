/**
 * `/v1/*` and `/tokenize` on raw node http.
 * H1. The reader's connection closing aborts the call, at any moment of it.
 * H2. A slow reader slows the instance: no chunk is taken before the last one was accepted.
 * H3. Every request gets an answer or a closed connection; nothing here throws.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { DispatchReply } from '../ports/instance-client'
import { BATCH_PATH } from '@/wire/batch'
import { ROUTED_PATHS, type Router } from './create-router'
import { badRequest, bodyTooLarge, notFound, once as inOnePiece, wrongMethod, type Refusal } from './refusal'

/** A message with its payload of at most 1 MiB, escaped as JSON may be. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024

export function isRouterPath(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/') || ROUTED_PATHS.has(path)
}

/** The part of the router that HTTP asks. */
export type RoutedOverHttp = Pick<Router, 'dispatch' | 'batch' | 'workflows' | 'models' | 'ready' | 'refuse' | 'newRequestId' | 'maxBodyBytes'>

export function createRouterHandler(router: RoutedOverHttp) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reader = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) reader.abort(new Error('The reader left'))
    })
    response.on('error', () => reader.abort(new Error('The reader left')))
    try {
      await send(await answer(router, request, reader.signal), response, reader.signal)
    } catch {
      // Headers may be out: a closed connection is the only way left to say that the answer is not whole.
      response.destroy()
    } finally {
      // The body's lease ends also when it was not read to its end.
      if (!response.writableEnded) reader.abort(new Error('The answer was cut off'))
    }
  }
}

async function answer(router: RoutedOverHttp, request: IncomingMessage, signal: AbortSignal): Promise<DispatchReply> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const refuse = (refusal: Refusal): DispatchReply => router.refuse(refusal, router.newRequestId(request))
  if (ROUTED_PATHS.has(path)) {
    if (request.method !== 'POST') return refuse(wrongMethod(path, 'POST', request.method))
    const body = await readBody(request, router.maxBodyBytes)
    if (body === 'too-large') return refuse(bodyTooLarge(router.maxBodyBytes))
    if (body === 'broken') return refuse(badRequest('The body broke off.'))
    return router.dispatch({ method: 'POST', path, headers: request.headers, body }, signal)
  }
  if (path === BATCH_PATH) {
    if (request.method !== 'POST') return refuse(wrongMethod(path, 'POST', request.method))
    const body = await readBody(request, router.maxBodyBytes)
    if (typeof body === 'string') return refuse(body === 'broken' ? badRequest('The body broke off.') : bodyTooLarge(router.maxBodyBytes))
    const answered = await router.batch({ headers: request.headers, body }, router.newRequestId(request), signal)
    return 'refusal' in answered ? refuse(answered.refusal) : answered
  }
  if (path.startsWith('/v1/workflows/')) {
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
    const answered = await router.workflows({ method: request.method ?? 'GET', path, query, body: () => readBody(request, MAX_MESSAGE_BYTES), signal })
    if (answered) return answered.ok ? json(answered.value, router.newRequestId(request)) : refuse(answered.refusal)
  }
  if (path === '/v1/models' || path.startsWith('/v1/models/')) {
    // Balancers ask whether it is there, without wanting the list.
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(wrongMethod(path, 'GET, HEAD', request.method))
    await router.ready()
    return models(router, request, path)
  }
  return refuse(notFound(`Nothing answers at ${path}.`))
}

function models(router: RoutedOverHttp, request: IncomingMessage, path: string): DispatchReply {
  const requestId = router.newRequestId(request)
  const cards = router.models()
  if (path === '/v1/models') return json({ object: 'list', data: cards }, requestId)
  const id = decoded(path.slice('/v1/models/'.length))
  const card = cards.find((one) => one.id === id)
  return card ? json(card, requestId) : router.refuse({ ...notFound(`The model \`${id}\` does not exist.`), code: 'model_not_found', param: 'model' }, requestId)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function json(value: unknown, requestId: string): DispatchReply {
  const bytes = Buffer.from(JSON.stringify(value))
  return { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length), 'x-request-id': requestId }, body: inOnePiece(bytes) }
}

async function send(reply: DispatchReply, response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw signal.reason
  const headers = reply.status === 413 ? { ...reply.headers, connection: 'close' } : reply.headers
  response.writeHead(reply.status, headers)
  response.flushHeaders()
  for await (const chunk of reply.body) {
    if (!response.write(chunk)) await once(response, 'drain', { signal })
  }
  response.end()
}

async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | 'too-large' | 'broken'> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    request.resume()
    return 'too-large'
  }
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limitBytes) return void chunks.push(chunk)
      // What still comes is dropped; the answer closes the connection.
      chunks.length = 0
      resolve('too-large')
    })
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.on('error', () => resolve('broken'))
    request.on('close', () => resolve('broken'))
  })
}
