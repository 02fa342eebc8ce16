import { z } from 'zod'
import type { RouteCall } from '@/domain/route/scheduler'
import { BLOCK_BYTES, blockHashes, DEFAULT_CAPACITY } from '@/domain/route/prefix-index'
import { promptPieces } from '@/domain/route/rendered-prompt'
import { metadataFromHeaders, WorkflowMetadata } from '@/wire/workflow-metadata'
import type { DispatchRequest } from '../ports/instance-client'
import { badRequest, type Refusal } from './refusal'
import { withMembers, withoutMember } from './json-members'

/** What a body says about where it should go. The rest of it is the instance's business. */
export type RoutingRequest = {
  route: Pick<RouteCall, 'model' | 'runKey' | 'blocks' | 'outputTokens' | 'maySpread'> & { promptBytes: number; /** Where a tokenizer has counted, or the caller gave tokens. */ promptTokens?: number }
  workflow: WorkflowMetadata
  /** What a tokenizer needs of it; undefined for what is no prompt of one text. */
  prompt?: Prompt
  salt?: string
  /** What goes upstream: the bytes that came, without `workflow_metadata`. */
  body: Buffer
}

/** A body of `/tokenize`, without the model. */
export type Prompt = Record<string, unknown>

type Parsed = { ok: true; value: RoutingRequest } | { ok: false; refusal: Refusal }

const FIELD = 'workflow_metadata'
const SALTED: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/completions', '/v1/responses'])
/** What an answer is expected to have where nothing bounds it. */
const EXPECTED_OUTPUT = 256

type Options = { /** Other names of models. */ aliases: ReadonlyMap<string, string>; requestId: string }

/** The only time a body is parsed. */
export function readRoutingRequest(request: DispatchRequest, { aliases, requestId }: Options): Parsed {
  const bytes = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength)
  const parsed = parseObject(bytes)
  if (parsed instanceof Error) return { ok: false, refusal: badRequest(`The body is not JSON: ${parsed.message}`) }
  if (!parsed) return { ok: false, refusal: badRequest('The body must be a JSON object.') }
  const { model } = parsed
  if (model !== undefined && model !== null && typeof model !== 'string') return { ok: false, refusal: badRequest('model must be a string.', 'model') }

  const workflow = readWorkflow(request, parsed[FIELD])
  if (!workflow.success) {
    const [issue] = workflow.error.issues
    const path = [FIELD, ...(issue?.path ?? [])].join('.')
    return { ok: false, refusal: badRequest(`${path}: ${issue?.message ?? 'invalid'}`, path) }
  }
  const target = aliases.get(model ?? '')
  const own = Object.hasOwn(parsed, FIELD) ? withoutMember(bytes, FIELD) : bytes
  // Nothing of a call that shares nothing may be found by another: it has a cache of its own at the engine, too.
  const isAlone = workflow.data.context_sharing_strategy === 'none' && parsed['cache_salt'] === undefined && SALTED.has(request.path)
  const members = { ...(target !== undefined && { model: target }), ...(isAlone && { cache_salt: requestId.replace(/[@/\\]/g, '_') }) }
  const body = Object.keys(members).length === 0 ? own : withMembers(own, members)
  const route = routeOf(parsed, target ?? model ?? undefined, workflow.data)
  if (!route) return { ok: false, refusal: badRequest('The body is nested too deeply.') }
  return { ok: true, value: { route, workflow: workflow.data, body, ...promptOf(parsed) } }
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined | Error {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch (error) {
    return error instanceof Error ? error : new Error('unreadable')
  }
}

const Given = z.record(z.string(), z.unknown()).nullish()

function readWorkflow(request: DispatchRequest, given: unknown) {
  const inHeaders = metadataFromHeaders((name) => headerOf(request.headers, name))
  const inBody = Given.safeParse(given)
  return WorkflowMetadata.safeParse(inBody.success ? { ...inHeaders, ...inBody.data } : given)
}

/** @returns undefined for what is nested deeper than it can be written again */
function routeOf(body: Record<string, unknown>, model: string | undefined, workflow: WorkflowMetadata): RoutingRequest['route'] | undefined {
  const pieces = piecesOf(body)
  if (!pieces) return undefined
  const strategy = workflow.context_sharing_strategy
  const promptTokens = idsIn(body['prompt'] ?? body['input'])
  const base = { promptBytes: pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0), outputTokens: expectedOutput(body), ...(promptTokens !== undefined && { promptTokens }), ...(model !== undefined && { model }) }
  if (strategy === 'none') return { ...base, blocks: [] }
  const salt = typeof body['cache_salt'] === 'string' ? body['cache_salt'] : ''
  const { workflow_id: run, agent_id: agent } = workflow
  return { ...base, blocks: blocksOf(pieces, `${model ?? ''}\n${salt}`), ...(run !== undefined && { runKey: strategy === 'selective' && agent !== undefined ? `${run}/${agent}` : run }), ...(strategy === 'broadcast' && { maySpread: true }) }
}

/** @returns how many token ids a prompt has, or several together; undefined where it is text: ids written out are two or three times as long */
function idsIn(prompt: unknown): number | undefined {
  if (!Array.isArray(prompt) || prompt.length === 0) return undefined
  if (prompt.every(Number.isInteger)) return prompt.length
  let sum = 0
  for (const one of prompt as unknown[]) {
    if (!Array.isArray(one) || !one.every(Number.isInteger)) return undefined
    sum += one.length
  }
  return sum
}

/** Written over by each prompt: hundreds of kilobytes fresh for each would be most of what a long one costs. */
const scratch = Buffer.allocUnsafe(DEFAULT_CAPACITY * BLOCK_BYTES)

function blocksOf(pieces: readonly string[], seed: string): number[] {
  let length = 0
  for (const piece of pieces) {
    length += scratch.write(piece, length)
    // Full but for a part of a character: what follows is beyond the last block that counts.
    if (length > scratch.length - 4) break
  }
  return blockHashes(scratch.subarray(0, length), seed)
}

function promptOf({ messages, tools, prompt, cache_salt: salt, add_generation_prompt: add }: Record<string, unknown>): Pick<RoutingRequest, 'prompt' | 'salt'> {
  const known = typeof salt === 'string' ? { salt } : {}
  if (Array.isArray(messages)) return { ...known, prompt: { messages, add_generation_prompt: add !== false, ...(Array.isArray(tools) && { tools }) } }
  return typeof prompt === 'string' ? { ...known, prompt: { prompt } } : known
}

function piecesOf(body: Record<string, unknown>): string[] | undefined {
  try {
    return promptPieces(body)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** A limit is rarely reached, and a low one is a good guess. */
function expectedOutput(body: Record<string, unknown>): number {
  const limit = body['max_completion_tokens'] ?? body['max_tokens']
  return typeof limit === 'number' && limit > 0 ? Math.min(limit, EXPECTED_OUTPUT) : EXPECTED_OUTPUT
}

export function headerOf(headers: DispatchRequest['headers'], name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
