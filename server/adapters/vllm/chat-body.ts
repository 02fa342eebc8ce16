import type { Json } from '@/domain/json'
import type { ChatMessage } from '@/domain/run/tool-loop'
import type { ModelRequest, WarmUp } from '@/server/ports/model-gateway'

/** What a call of a run adds to its context, roughly: only the order of runs and their room depend on it. */
const TOKENS_A_CALL = 500

/** The request as OpenAI's chat endpoint takes it. Messages come before anything that changes between attempts. */
export function chatBody(request: ModelRequest, model: string): Record<string, unknown> {
  const { messages, temperature, maxTokens, responseSchema, tools, run } = request
  return {
    model,
    ...toolsOf(tools),
    messages: messages.map(wireMessage),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(responseSchema ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: responseSchema, strict: true } } } : {}),
    stream: true,
    stream_options: { include_usage: true },
    workflow_metadata: {
      workflow_id: run.runId,
      agent_id: agentId(run.agentKey ?? run.nodeId),
      workflow_priority: Math.min(10, Math.max(0, run.priority)),
      metadata: { attempt: run.attempt, step: run.nodeId },
      ...planOf(run),
    },
  }
}

/** What comes after this call. Where its answer alone decides whether there is anything, the router goes by what such runs did before. */
function planOf({ workflowId, callsToCome, mayGoOn }: ModelRequest['run']): Record<string, unknown> {
  const toCome = callsToCome === 0 && mayGoOn ? {} : { remaining_tokens: callsToCome * TOKENS_A_CALL, last: callsToCome === 0 }
  return { plan: { ...(workflowId !== undefined && { workflow: workflowId }), ...toCome } }
}

function wireMessage({ role, content, toolCalls, toolCallId }: ChatMessage): Record<string, unknown> {
  return {
    role,
    content,
    ...(toolCalls ? { tool_calls: toolCalls.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: argumentText(call.arguments) } })) } : {}),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  }
}

function argumentText(given: Json): string {
  return typeof given === 'string' ? given : JSON.stringify(given)
}

/** The beginning of a prompt, for the KV cache alone. It must be laid out as the call that will come. */
export function warmBody({ messages, tools, runId, nodeId }: WarmUp, model: string): Record<string, unknown> {
  return {
    model,
    ...toolsOf(tools),
    messages: messages.map(wireMessage),
    max_tokens: 1,
    workflow_metadata: { workflow_id: runId, agent_id: agentId(nodeId), warm_up: true },
  }
}

function toolsOf(tools: ModelRequest['tools']): Record<string, unknown> {
  return tools && tools.length > 0 ? { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } })) } : {}
}

/** A step's key (`outer[3].inner`) in the form the router takes; the whole key travels in `metadata`. */
function agentId(nodeId: string): string {
  return nodeId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100) || '_'
}
