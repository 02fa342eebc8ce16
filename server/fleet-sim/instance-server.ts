import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ApiError, badRequest, internalError } from './api-error'
import { chatCompletion } from './chat-completion'
import { DetokenizeBody, parseBody, TokenizeBody } from './completion-body'
import { embedding } from './embedding'
import { renderChat } from './prompt-rendering'
import { requireModel, type SimInstance } from './sim-instance'
import { decode, encode, tokenText } from './sim-tokenizer'
import { textCompletion } from './text-completion'

export const SIM_VERSION = '0.32.0-heddle-sim'
const MAX_BODY_BYTES = 32 * 1024 * 1024

type Handler = (instance: SimInstance, request: IncomingMessage, response: ServerResponse, raw: string) => void

const ROUTES: Record<string, Handler> = {
  'POST /v1/chat/completions': generating(chatCompletion),
  'POST /v1/completions': generating(textCompletion),
  'POST /v1/embeddings': generating(embedding),
  'GET /v1/models': (instance, _, response) => sendJson(response, 200, models(instance)),
  'POST /tokenize': tokenize,
  'POST /detokenize': detokenize,
  'GET /version': (_, __, response) => sendJson(response, 200, { version: SIM_VERSION }),
  'GET /load': (instance, _, response) => sendJson(response, 200, { server_load: instance.load }),
  'GET /health': (_, __, response) => void response.writeHead(200).end(),
  'GET /ping': (_, __, response) => void response.writeHead(200).end(),
  'POST /ping': (_, __, response) => void response.writeHead(200).end(),
  'POST /reset_prefix_cache': (instance, _, response) => {
    instance.runner.engine.cache.reset()
    instance.kvPublisher?.flush()
    response.writeHead(200).end()
  },
  'GET /metrics': (instance, _, response) =>
    void response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(instance.metrics.render()),
}

/** The HTTP face of an instance; it listens once told to. */
export function createInstanceServer(instance: SimInstance): Server {
  return createServer((request, response) => {
    response.setHeader('x-heddle-simulated', '1')
    void answer(instance, request, response)
  })
}

async function answer(instance: SimInstance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const path = new URL(request.url ?? '/', 'http://sim').pathname
    const handler = ROUTES[`${request.method} ${path}`]
    if (!handler) {
      const known = Object.keys(ROUTES).some((route) => route.endsWith(` ${path}`))
      sendJson(response, known ? 405 : 404, { detail: known ? 'Method Not Allowed' : 'Not Found' })
      return
    }
    handler(instance, request, response, request.method === 'POST' ? await readBody(request) : '')
  } catch (error) {
    if (response.destroyed) return
    const problem = error instanceof ApiError ? error : internalError(error instanceof Error ? error.message : 'unknown failure')
    if (response.headersSent) response.end()
    else sendJson(response, problem.status, problem.body)
  }
}

/** Counts a request in /load for as long as its response is open. */
function generating(handler: Handler): Handler {
  return (instance, request, response, raw) => {
    instance.load++
    response.once('close', () => instance.load--)
    handler(instance, request, response, raw)
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY_BYTES) throw badRequest(`The body exceeds ${MAX_BODY_BYTES} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function models({ options, startedAt }: SimInstance): object {
  const permission = {
    id: 'modelperm-sim',
    object: 'model_permission',
    created: startedAt,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: true,
    allow_search_indices: false,
    allow_view: true,
    allow_fine_tuning: false,
    organization: '*',
    group: null,
    is_blocking: false,
  }
  const card = (id: string, parent: string | null) => ({
    id,
    object: 'model',
    created: startedAt,
    owned_by: 'vllm',
    root: id,
    parent,
    max_model_len: options.maxModelLen,
    permission: [permission],
  })
  return { object: 'list', data: [card(options.model, null), ...options.loras.map((lora) => card(lora, options.model))] }
}

function tokenize(instance: SimInstance, _: IncomingMessage, response: ServerResponse, raw: string): void {
  const body = parseBody(TokenizeBody, raw)
  requireModel(instance, body.model)
  const tokens = body.messages
    ? renderChat(body.messages, body.tools ?? [], body.add_generation_prompt ?? true)
    : encode(body.prompt ?? '')
  const token_strs = body.return_token_strs ? tokens.map(tokenText) : null
  sendJson(response, 200, { count: tokens.length, max_model_len: instance.options.maxModelLen, tokens, token_strs })
}

function detokenize(instance: SimInstance, _: IncomingMessage, response: ServerResponse, raw: string): void {
  const body = parseBody(DetokenizeBody, raw)
  requireModel(instance, body.model)
  sendJson(response, 200, { prompt: decode(body.tokens) })
}
