import 'server-only'
import { createHmac } from 'node:crypto'
import type { NoticeBody } from '@/domain/alert/alert-notice'
import { AppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { Notifier } from '@/server/ports/alert-watch'
import type { HttpClient } from '@/server/ports/http-client'
import { slackMessage } from './slack-message'

/** The address answered, and said no. */
export class NoticeRefused extends AppError {
  readonly code = 'NOTICE_REFUSED'
  readonly hint = 'Is the address right, and does what listens there take such messages?'
  override readonly retryable: boolean
  constructor(readonly status: number) {
    super(`The address answered with ${status}`)
    this.retryable = status === 408 || status === 425 || status === 429 || status >= 500
  }
}

class NoticeTimeout extends AppError {
  readonly code = 'NOTICE_TIMEOUT'
  override readonly retryable = true
  readonly hint = 'Have the receiver answer at once, and work afterwards.'
  constructor() {
    super(`The address gave no answer in ${TIMEOUT_MS / 1_000} s`)
  }
}

const TIMEOUT_MS = 10_000

/** Tells webhooks and Slack's incoming webhooks, through the same guard as the HTTP calls of workflows. @param publicUrl where people reach this server's pages @param timeout how long a receiver has */
export function createNotifier({ http, publicUrl, timeout = (reason) => abortAfter(TIMEOUT_MS, reason) }: { http: HttpClient; publicUrl?: string | undefined; timeout?: (reason: Error) => { signal: AbortSignal; clear: () => void } }): Notifier {
  return {
    async send(target, { id, body: told, at }) {
      const body = withUrl(told, publicUrl)
      const text = JSON.stringify(target.kind === 'slack' ? slackMessage(body) : (body satisfies Json))
      const headers = { 'content-type': 'application/json', ...(target.kind === 'webhook' && signatureHeaders(id, text, at, target.secret)) }
      const { signal, clear } = timeout(new NoticeTimeout())
      try {
        const { status } = await http.send({ method: 'POST', url: target.url, headers, body: text, idempotencyKey: id }, signal)
        if (status < 200 || status > 299) throw new NoticeRefused(status)
      } finally {
        clear()
      }
    },
  }
}

function withUrl(body: NoticeBody, publicUrl: string | undefined): NoticeBody {
  const { run } = body.data
  return run && publicUrl !== undefined ? { ...body, data: { ...body.data, run: { ...run, url: publicUrl.replace(/\/$/, '') + run.path } } } : body
}

/**
 * The headers of Standard Webhooks: the signature covers id, time and body, so that neither can be exchanged nor sent again later.
 * A secret that begins with `whsec_` is base64 behind it; any other is taken as the bytes of its text.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
function signatureHeaders(id: string, body: string, at: number, secret: string | undefined): Record<string, string> {
  const seconds = Math.floor(at / 1_000)
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds) }
  if (secret === undefined) return headers
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret, 'utf8')
  return { ...headers, 'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}` }
}

function abortAfter(ms: number, reason: Error): { signal: AbortSignal; clear: () => void } {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(reason), ms)
  return { signal: abort.signal, clear: () => clearTimeout(timer) }
}

