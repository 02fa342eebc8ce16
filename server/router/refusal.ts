import { likest, namesIn } from '@/domain/likest'
import { openAiError, type OpenAiFault } from '@/wire/openai-error'
import type { DispatchReply } from '../ports/instance-client'

/** Why the router answers itself instead of an instance. */
export type Refusal = OpenAiFault & { status: number; retryAfterSeconds?: number; allow?: string }

export function badRequest(message: string, param?: string): Refusal {
  return { status: 400, type: 'invalid_request_error', code: 'BAD_REQUEST', message, ...(param === undefined ? {} : { param }) }
}

export function notFound(message: string): Refusal {
  return { status: 404, type: 'invalid_request_error', code: 'NOT_FOUND', message }
}

export function wrongMethod(path: string, takes: string, method: string | undefined): Refusal {
  return { status: 405, type: 'invalid_request_error', code: 'METHOD_NOT_ALLOWED', allow: takes, message: `${path} takes ${takes}, not ${method ?? 'this'}.` }
}

/** @param served names of models and adapters that may be asked instead, aliases too */
export function unknownModel(model: string, served: readonly string[]): Refusal {
  const there = served.length === 0 ? '' : ` The fleet serves ${namesIn(likest(model, served), served.length)}.`
  return { status: 404, type: 'invalid_request_error', code: 'model_not_found', param: 'model', message: `The model \`${model}\` does not exist.${there} GET /v1/models lists those that do.` }
}

export function bodyTooLarge(limitBytes: number): Refusal {
  return { status: 413, type: 'invalid_request_error', code: 'BODY_TOO_LARGE', message: `The body is larger than ${limitBytes} bytes. Shorten the prompt.` }
}

export function noInstance(model: string | undefined): Refusal {
  const whom = model === undefined ? 'No instance is healthy' : `No healthy instance serves ${model}`
  return { status: 503, type: 'server_error', code: 'NO_INSTANCE', retryAfterSeconds: 2, message: `${whom}. See the fleet page; they are probed again every few seconds.` }
}

export function queueFull(waiting: number): Refusal {
  return { status: 429, type: 'rate_limit_error', code: 'QUEUE_FULL', retryAfterSeconds: 5, message: `${waiting} calls wait for a place already. Come back in a few seconds, or add instances.` }
}

export function rateLimited(message: string, retryAfterSeconds: number): Refusal {
  return { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', retryAfterSeconds, message }
}

export function instanceFailed(detail: string): Refusal {
  return { status: 502, type: 'server_error', code: 'INSTANCE_FAILED', retryAfterSeconds: 1, message: `The instance gave no answer (${detail}). Nothing of it was delivered; try again.` }
}

export function refusalReply(refusal: Refusal, requestId: string): DispatchReply {
  const bytes = Buffer.from(JSON.stringify(openAiError(refusal)))
  const headers: Record<string, string> = { 'content-type': 'application/json', 'content-length': String(bytes.length), 'x-request-id': requestId }
  if (refusal.retryAfterSeconds !== undefined) headers['retry-after'] = String(refusal.retryAfterSeconds)
  if (refusal.allow !== undefined) headers.allow = refusal.allow
  return { status: refusal.status, headers, body: once(bytes) }
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield bytes
}
