import { Pool, type Dispatcher } from 'undici'
import { z } from 'zod'
import { InstanceFailed, type InstanceClient, type InstanceFault, type InstanceReply } from '@/server/ports/instance-client'
import { parseMetrics } from './parse-metrics'

export type InstanceOptions = {
  id: string
  /** Base URL, with or without `/v1`. */
  url: string
  /** What the server was started with as `--api-key`. */
  apiKey?: string
  connectMs?: number
  /** To the headers. An answer that is not streamed sends them after the last token: minutes are normal. */
  firstByteMs?: number
  /** Between two chunks; a preempted or queued request is silent meanwhile. */
  idleMs?: number
  /** For `/health`, `/v1/models`, `/version` and `/metrics`. */
  probeMs?: number
}

const ModelList = z.object({ data: z.array(z.looseObject({ id: z.string() })) })
const Version = z.object({ version: z.string() })

/** Probes answer in kilobytes; a server that sends more is not one of ours. */
const MAX_PROBE_BYTES = 8 * 1024 * 1024

/** A vLLM server over kept-alive connections of its own. */
export function createInstanceClient({ id, url, apiKey, connectMs = 2_000, firstByteMs = 300_000, idleMs = 120_000, probeMs = 2_000 }: InstanceOptions): InstanceClient {
  const base = url.replace(/\/+$/, '').replace(/\/v1$/, '')
  const { origin, pathname } = new URL(base)
  const prefix = pathname === '/' ? '' : pathname
  const pool = new Pool(origin, { connect: { timeout: connectMs }, headersTimeout: firstByteMs, bodyTimeout: idleMs, pipelining: 1, keepAliveTimeout: 4_000 })
  const authorization: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }

  const failed = (error: unknown): InstanceFailed => (error instanceof InstanceFailed ? error : new InstanceFailed(base, faultOf(error), detailOf(error)))

  async function probe(path: string): Promise<{ status: number; headers: InstanceReply['headers']; text: string }> {
    try {
      const reply = await pool.request({ method: 'GET', path: prefix + path, headers: authorization, headersTimeout: probeMs, bodyTimeout: probeMs, signal: AbortSignal.timeout(connectMs + 2 * probeMs) })
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of reply.body as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > MAX_PROBE_BYTES) throw new InstanceFailed(base, 'garbage', `${path} sends more than ${MAX_PROBE_BYTES} bytes`)
        chunks.push(chunk)
      }
      return { status: reply.statusCode, headers: plainHeaders(reply.headers), text: Buffer.concat(chunks).toString('utf8') }
    } catch (error) {
      throw failed(error)
    }
  }

  async function asked<T>(path: string, schema: z.ZodType<T>): Promise<{ value: T; headers: InstanceReply['headers'] }> {
    const { status, headers, text } = await probe(path)
    if (status !== 200) throw new InstanceFailed(base, 'garbage', `${path} answered ${status}`)
    const parsed = schema.safeParse(jsonOf(text))
    if (!parsed.success) throw new InstanceFailed(base, 'garbage', `${path} did not answer as vLLM does`)
    return { value: parsed.data, headers }
  }

  return {
    id,
    url: base,
    async send(request, signal) {
      try {
        const reply = await pool.request({ method: request.method as Dispatcher.HttpMethod, path: prefix + request.path, headers: { ...request.headers, ...authorization }, body: request.body ?? null, signal })
        // An abort destroys a body that nobody reads at that moment; that must not end the process.
        reply.body.on('error', () => undefined)
        return { status: reply.statusCode, headers: plainHeaders(reply.headers), body: bodyOf(reply.body as AsyncIterable<Uint8Array>) }
      } catch (error) {
        throw signal.aborted ? signal.reason : failed(error)
      }
    },
    async health() {
      try {
        const { status } = await probe('/health')
        return status === 200 ? undefined : `/health answered ${status}`
      } catch (error) {
        return `/health cannot be asked: ${failed(error).detail}`
      }
    },
    async models() {
      const { value, headers } = await asked('/v1/models', ModelList)
      // Older servers and other engines lack `/version`.
      const version = await asked('/version', Version).then((reply) => reply.value.version, () => undefined)
      return { cards: value.data, simulated: headers['x-heddle-simulated'] !== undefined, ...(version === undefined ? {} : { version }) }
    },
    async metrics() {
      const { status, text } = await probe('/metrics')
      if (status !== 200) throw new InstanceFailed(base, 'garbage', `/metrics answered ${status}`)
      return parseMetrics(text)
    },
    async close() {
      await pool.destroy()
    },
  }

  /** Gives errors in the middle of a body the words of the port. */
  function bodyOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]() {
        const chunks = body[Symbol.asyncIterator]()
        return {
          next: () => chunks.next().catch((error: unknown) => Promise.reject(failed(error))),
          return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
        }
      },
    }
  }
}

function plainHeaders(given: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const name in given) {
    const value = given[name]
    if (value !== undefined) headers[name] = value
  }
  return headers
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const CONNECT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])
const TIMEOUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

function faultOf(error: unknown): InstanceFault {
  const code = codeOf(error)
  if (CONNECT.has(code)) return 'connect'
  if (TIMEOUT.has(code) || (error instanceof Error && error.name === 'TimeoutError')) return 'timeout'
  return code.startsWith('HPE_') ? 'garbage' : 'broken'
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return ''
}

function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  return message || codeOf(error) || 'the connection broke'
}
