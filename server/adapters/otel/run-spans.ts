import { SpanKind, type Attributes, type AttributeValue } from '@opentelemetry/api'
import { ATTR_ERROR_TYPE, ATTR_HTTP_REQUEST_METHOD, ATTR_HTTP_RESPONSE_STATUS_CODE, ATTR_HTTP_ROUTE, ATTR_NETWORK_PROTOCOL_NAME, ATTR_NETWORK_TRANSPORT, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT, ATTR_URL_FULL, ATTR_URL_PATH } from '@opentelemetry/semantic-conventions'
import {
  ATTR_GEN_AI_AGENT_NAME, ATTR_GEN_AI_INPUT_MESSAGES, ATTR_GEN_AI_OPERATION_NAME, ATTR_GEN_AI_OUTPUT_MESSAGES, ATTR_GEN_AI_OUTPUT_TYPE, ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MAX_TOKENS, ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_STREAM, ATTR_GEN_AI_REQUEST_TEMPERATURE, ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, ATTR_GEN_AI_TOOL_CALL_ID, ATTR_GEN_AI_TOOL_NAME, ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, ATTR_GEN_AI_USAGE_INPUT_TOKENS, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS, ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_MCP_METHOD_NAME, GEN_AI_OPERATION_NAME_VALUE_CHAT, GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL, GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT, GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW, GEN_AI_OUTPUT_TYPE_VALUE_JSON, GEN_AI_OUTPUT_TYPE_VALUE_TEXT, MCP_METHOD_NAME_VALUE_TOOLS_CALL,
} from '@opentelemetry/semantic-conventions/incubating'
import type { TypedNode } from '@/domain/graph/node-types'
import type { EpochMs, Json } from '@/domain/json'
import type { Failure } from '@/domain/run/run-event'
import { locate, type RunGraph } from '@/domain/run/run-graph'
import type { Attempt, RunState, Step } from '@/domain/run/run-state'
import type { EndedBatch, EndedCall } from '@/server/ports/call-tracer'
import { inTurn } from '@/domain/run/tool-loop'
import type { RunSummary } from '@/server/ports/run-log'
import { spanIdOf, traceOfRun } from '@/server/ports/trace-context'

export const PROVIDER = 'vllm'

/** A span that is over. `parentId` undefined: the run itself, the root of its trace unless its caller named one. */
export type PlannedSpan = { id: string; parentId: string | undefined; name: string; kind: SpanKind; from: EpochMs; to: EpochMs; attributes: Attributes; error?: Failure; links: readonly { traceId: string; spanId: string }[] }

type Known = { runId: string; run: RunState; graph: RunGraph; /** Whether prompts and answers are told. */ content: boolean; end: EpochMs }

/**
 * A run that has ended, as spans: itself, its steps as they enclose each other, and the calls of their attempts. Parents come first.
 * Texts of prompts, answers and errors are left out unless `content` asks for them.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
export function spansOfRun(summary: RunSummary, run: RunState, graph: RunGraph, content: boolean): PlannedSpan[] {
  const { id: runId } = summary
  const from = run.createdAt ?? run.startedAt ?? 0
  const known: Known = { runId, run, graph, content, end: run.finishedAt ?? from }
  const caller = run.origin?.kind === 'run' ? [{ traceId: traceOfRun(run.origin.runId, run.trace), spanId: spanIdOf(run.origin.runId, run.origin.nodeId) }] : []
  const root: PlannedSpan = {
    id: spanIdOf(runId), parentId: undefined, name: `${GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW} ${run.workflowName}`, kind: SpanKind.INTERNAL, from, to: known.end, links: caller, ...failed(run.error),
    attributes: onlyKnown({
      [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW, [ATTR_GEN_AI_WORKFLOW_NAME]: run.workflowName, [ATTR_ERROR_TYPE]: run.error?.code,
      'heddle.run.id': runId, 'heddle.run.status': run.status, 'heddle.workflow.id': run.workflowId, 'heddle.workflow.version': String(run.version),
      'heddle.run.queue_duration': run.startedAt === undefined ? undefined : (run.startedAt - from) / 1_000,
    }),
  }
  const steps = Object.entries(run.steps).filter(([, step]) => wasExecuted(step)).sort(([a], [b]) => a.split('.').length - b.split('.').length)
  return [root, ...steps.flatMap(([key, step]) => stepSpans(known, key, step))]
}

function wasExecuted({ startedAt, reusedFrom, pinned, state }: Step): boolean {
  return startedAt !== undefined && reusedFrom === undefined && !pinned && state.kind !== 'skipped'
}

function stepSpans(known: Known, key: string, step: Step): PlannedSpan[] {
  const { node, level } = locate(known.graph, key) ?? {}
  const turn = inTurn(known.run, known.graph, key)
  const agent = node?.type === 'agent' && !turn
  // The conventions want one span for a tool that is called over MCP: that of the tool, with what is told of the call. It is the one
  // that the server was told, one a try.
  if (turn?.call && node?.type === 'mcp' && step.attempts.length > 0) {
    const { name, id } = turn.call
    const tool = { [ATTR_GEN_AI_TOOL_CALL_ID]: id, [ATTR_GEN_AI_TOOL_NAME]: name, 'heddle.step.status': step.state.kind, 'heddle.node.type': node.type }
    return step.attempts.map((attempt, index) => {
      const span = callSpan(known, node, key, step, attempt, index === step.attempts.length - 1)
      return { ...span, parentId: parentOf(known, key), name: `${GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL} ${name}`, attributes: { ...span.attributes, ...tool } }
    })
  }
  const error = step.state.kind === 'failed' ? step.state.error : undefined
  const name = node?.name ?? key
  const span: PlannedSpan = {
    id: spanIdOf(known.runId, key), parentId: parentOf(known, key), name: turn ? (turn.call ? `${GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL} ${turn.call.name}` : `turn ${turn.index + 1}`) : `${agent ? GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT : (node?.type ?? 'step')} ${name}`, kind: SpanKind.INTERNAL,
    from: step.startedAt!, to: step.finishedAt ?? known.end, links: step.subRun ? [{ traceId: traceOfRun(step.subRun.runId, known.run.trace), spanId: spanIdOf(step.subRun.runId) }] : [], ...failed(error),
    attributes: onlyKnown({
      ...(turn?.call && { [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL, [ATTR_GEN_AI_TOOL_NAME]: turn.call.name, [ATTR_GEN_AI_TOOL_CALL_ID]: turn.call.id }),
      ...(agent && { [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT, [ATTR_GEN_AI_AGENT_NAME]: name, [ATTR_GEN_AI_PROVIDER_NAME]: PROVIDER }), [ATTR_ERROR_TYPE]: error?.code,
      'heddle.step.key': key, 'heddle.step.status': step.state.kind, 'heddle.step.attempts': step.attempts.length, 'heddle.node.type': node?.type,
    }),
  }
  // An agent in turns calls in them.
  const calls = (node?.type === 'agent' && !level?.loops.has(node.id)) || node?.type === 'http' || node?.type === 'mcp' ? step.attempts.map((attempt, index) => callSpan(known, node, key, step, attempt, index === step.attempts.length - 1)) : []
  return [span, ...calls]
}

function callSpan(known: Known, node: Extract<TypedNode, { type: 'agent' | 'http' | 'mcp' }>, key: string, step: Step, attempt: Attempt, last: boolean): PlannedSpan {
  const error = attempt.error ?? (last && step.state.kind === 'failed' ? step.state.error : undefined)
  const answered = last && step.state.kind === 'completed' ? step : undefined
  const { name, attributes } = node.type === 'agent' ? modelCall(node, step, answered, known.content) : node.type === 'mcp' ? mcpCall(step) : httpCall(step, answered)
  return {
    id: spanIdOf(known.runId, key, attempt.attempt), parentId: spanIdOf(known.runId, key), name, kind: SpanKind.CLIENT, from: attempt.startedAt, to: Math.max(attempt.startedAt, attempt.finishedAt ?? step.finishedAt ?? known.end), links: [], ...failed(error),
    attributes: onlyKnown({ ...attributes, [ATTR_ERROR_TYPE]: error?.code ?? (attempt.interrupted ? 'interrupted' : undefined), 'heddle.step.key': key, 'heddle.step.attempt': attempt.attempt }),
  }
}

function modelCall({ config }: Extract<TypedNode, { type: 'agent' }>, { input }: Step, answered: Step | undefined, content: boolean) {
  const asked = objectOf(input)
  const model = typeof asked.model === 'string' ? asked.model : config.model
  const { usage, route } = answered ?? {}
  return {
    name: model ? `${GEN_AI_OPERATION_NAME_VALUE_CHAT} ${model}` : GEN_AI_OPERATION_NAME_VALUE_CHAT,
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_CHAT, [ATTR_GEN_AI_PROVIDER_NAME]: PROVIDER, [ATTR_GEN_AI_REQUEST_MODEL]: model, [ATTR_GEN_AI_REQUEST_STREAM]: true,
      [ATTR_GEN_AI_REQUEST_TEMPERATURE]: config.temperature, [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: config.maxTokens, [ATTR_GEN_AI_OUTPUT_TYPE]: config.responseSchema ? GEN_AI_OUTPUT_TYPE_VALUE_JSON : GEN_AI_OUTPUT_TYPE_VALUE_TEXT,
      [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: usage?.promptTokens, [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: usage?.completionTokens, [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: usage?.cachedTokens,
      [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: route && (route.queueMs + route.prefillMs) / 1_000, ...addressOf(route?.instance ?? ''),
      'heddle.route.policy': route?.policy, 'heddle.route.reason': route?.reason, 'heddle.route.queue_duration': route && route.queueMs / 1_000, 'heddle.route.simulated': route?.simulated,
      ...(content && { [ATTR_GEN_AI_INPUT_MESSAGES]: messagesOf(asked.messages), [ATTR_GEN_AI_OUTPUT_MESSAGES]: answerOf(answered) }),
    },
  }
}

/** A call that a program outside made through the router. Its model may be any text: what nobody serves is not told, or names would have no end. */
export function spanOfCall(id: string, parentId: string, { operation, model: asked, from, firstAt, to, status, end, isStream, usage, route }: EndedCall): PlannedSpan {
  const model = route && asked
  return {
    id, parentId, name: model === undefined ? operation : `${operation} ${model}`, kind: SpanKind.CLIENT, from, to, links: [],
    attributes: onlyKnown({
      [ATTR_GEN_AI_OPERATION_NAME]: operation, [ATTR_GEN_AI_PROVIDER_NAME]: PROVIDER, [ATTR_GEN_AI_REQUEST_MODEL]: model, [ATTR_GEN_AI_REQUEST_STREAM]: isStream,
      [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: usage?.promptTokens, [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: usage?.completionTokens, [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: usage?.cachedTokens,
      [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: isStream && firstAt !== undefined ? (firstAt - from) / 1_000 : undefined, ...addressOf(route?.url ?? ''),
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: status === 0 ? undefined : status, [ATTR_ERROR_TYPE]: status >= 400 ? String(status) : end === 'completed' ? undefined : end,
      'heddle.route.policy': route?.policy, 'heddle.route.reason': route?.reason, 'heddle.route.queue_duration': route && route.queueMs / 1_000, 'heddle.route.simulated': route?.simulated,
    }),
  }
}

/** Many calls at once have no operation of the conventions: they are a request that was served, with the calls inside. */
export function spanOfBatch(id: string, parentId: string, { path, from, to, status, end, asked }: EndedBatch): PlannedSpan {
  return {
    id, parentId, name: `POST ${path}`, kind: SpanKind.SERVER, from, to, links: [],
    attributes: onlyKnown({ [ATTR_HTTP_REQUEST_METHOD]: 'POST', [ATTR_HTTP_ROUTE]: path, [ATTR_URL_PATH]: path, [ATTR_HTTP_RESPONSE_STATUS_CODE]: status === 0 ? undefined : status, [ATTR_ERROR_TYPE]: status >= 400 ? String(status) : end === 'completed' ? undefined : end, 'heddle.batch.asked': asked }),
  }
}

/** @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/ */
function mcpCall({ input }: Step) {
  const { tool, url } = objectOf(input)
  const name = typeof tool === 'string' ? tool : undefined
  const address = typeof url === 'string' ? url : ''
  return {
    name: name === undefined ? MCP_METHOD_NAME_VALUE_TOOLS_CALL : `${MCP_METHOD_NAME_VALUE_TOOLS_CALL} ${name}`,
    attributes: { [ATTR_MCP_METHOD_NAME]: MCP_METHOD_NAME_VALUE_TOOLS_CALL, [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL, [ATTR_GEN_AI_TOOL_NAME]: name, [ATTR_NETWORK_PROTOCOL_NAME]: 'http', [ATTR_NETWORK_TRANSPORT]: 'tcp', ...addressOf(address) },
  }
}

function httpCall({ input }: Step, answered: Step | undefined) {
  const { method, url } = objectOf(input)
  const { status } = objectOf(answered?.state.kind === 'completed' ? answered.state.output : undefined)
  const verb = typeof method === 'string' ? method : 'HTTP'
  return { name: verb, attributes: { [ATTR_HTTP_REQUEST_METHOD]: verb, [ATTR_URL_FULL]: plainUrl(url), ...addressOf(typeof url === 'string' ? url : ''), [ATTR_HTTP_RESPONSE_STATUS_CODE]: typeof status === 'number' ? status : undefined } }
}

/** Without what may be secret: user and query. */
function plainUrl(url: Json | undefined): string | undefined {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  return parsed && parsed.origin + parsed.pathname
}

function addressOf(url: string): Attributes {
  if (!URL.canParse(url)) return {}
  const { hostname, port, protocol } = new URL(url)
  return { [ATTR_SERVER_ADDRESS]: hostname, [ATTR_SERVER_PORT]: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) }
}

function messagesOf(messages: Json | undefined): string | undefined {
  if (!Array.isArray(messages)) return undefined
  return JSON.stringify(messages.map((message) => {
    const { role, content } = objectOf(message)
    return { role, parts: [{ type: 'text', content }] }
  }))
}

function answerOf(answered: Step | undefined): string | undefined {
  const { text } = objectOf(answered?.state.kind === 'completed' ? answered.state.output : undefined)
  return typeof text === 'string' ? JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }], finish_reason: 'stop' }]) : undefined
}

/** A map's item stands in its map, a turn in its agent. */
function parentOf({ runId, run }: Known, key: string): string {
  const outer = key.slice(0, Math.max(0, key.lastIndexOf('.'))).replace(/\[\d+\]$/, '')
  return outer !== '' && run.steps[outer] && wasExecuted(run.steps[outer]) ? spanIdOf(runId, outer) : spanIdOf(runId)
}


function failed(error: Failure | undefined): { error?: Failure } {
  return error ? { error } : {}
}

function objectOf(value: Json | undefined): Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
}

function onlyKnown(attributes: Record<string, AttributeValue | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
