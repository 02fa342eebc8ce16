import { z } from 'zod'
import type { RouteRequest } from '@/domain/route/choose-instance'
import { blockHashes } from '@/domain/route/prefix-index'
import { renderPrompt } from '@/domain/route/rendered-prompt'
import { metadataFromHeaders, WorkflowMetadata } from '@/wire/workflow-metadata'
import type { DispatchRequest } from '../ports/instance-client'
import { badRequest, type Refusal } from './refusal'
import { withoutMember } from './strip-metadata'

/** What a body says about where it should go. The rest of it is the instance's business. */
export type RoutingRequest = {
  route: RouteRequest & { promptTokens: number; outputTokens: number }
  workflow: WorkflowMetadata
  /** What goes upstream: the bytes that came, without `workflow_metadata`. */
  body: Buffer
}

type Parsed = { ok: true; value: RoutingRequest } | { ok: false; refusal: Refusal }

const FIELD = 'workflow_metadata'
/** Of English, roughly; the scheduler reserves by it, nobody is billed by it. */
const BYTES_PER_TOKEN = 4
/** What an answer is expected to have where nothing bounds it. */
const EXPECTED_OUTPUT = 256

/** The only time a body is parsed. */
export function readRoutingRequest(request: DispatchRequest): Parsed {
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
  const body = Object.hasOwn(parsed, FIELD) ? withoutMember(bytes, FIELD) : bytes
  return { ok: true, value: { route: routeOf(parsed, model ?? undefined, workflow.data), workflow: workflow.data, body } }
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

function routeOf(body: Record<string, unknown>, model: string | undefined, workflow: WorkflowMetadata): RoutingRequest['route'] {
  const prompt = Buffer.from(renderPrompt(body))
  const route: RoutingRequest['route'] = { blocks: [], promptTokens: Math.ceil(prompt.length / BYTES_PER_TOKEN), outputTokens: expectedOutput(body) }
  if (model !== undefined) route.model = model
  const strategy = workflow.context_sharing_strategy
  if (strategy === 'none') return route
  const salt = typeof body['cache_salt'] === 'string' ? body['cache_salt'] : ''
  route.blocks = blockHashes(prompt, `${model ?? ''}\n${salt}`)
  const { workflow_id: run, agent_id: agent } = workflow
  if (run !== undefined) route.homeKey = strategy === 'selective' && agent !== undefined ? `${run}/${agent}` : run
  return route
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
