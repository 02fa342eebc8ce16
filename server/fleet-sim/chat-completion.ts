import type { IncomingMessage, ServerResponse } from 'node:http'
import { planChatAnswer } from './answer-plan'
import { ChatBody, parseBody } from './completion-body'
import { renderChat } from './prompt-rendering'
import { requestIdOf } from './request-id'
import { serveCompletion, type Choice, type CompletionShape } from './serve-completion'
import { requireModel, requirePriorityAllowed, roomForAnswer, type SimInstance } from './sim-instance'

/** POST /v1/chat/completions */
export function chatCompletion(instance: SimInstance, request: IncomingMessage, response: ServerResponse, raw: string): void {
  const body = parseBody(ChatBody, raw)
  requireModel(instance, body.model)
  requirePriorityAllowed(instance, body.priority)
  const tools = body.tool_choice === 'none' ? [] : (body.tools ?? [])
  const promptTokens = renderChat(body.messages, tools)
  const maxTokens = roomForAnswer(instance, promptTokens.length, body.max_completion_tokens ?? body.max_tokens, 'messages')
  const choices: Choice[] = Array.from({ length: body.n ?? 1 }, (_, index) => ({
    index,
    promptTokens,
    plan: planChatAnswer(body, { maxTokens, seed: instance.options.seed + index }),
  }))
  const requestId = requestIdOf(instance, request, body.request_id)
  serveCompletion({ instance, response, body, requestId, choices, shape: chatShape(body.return_token_ids === true) })
}

function chatShape(returnTokenIds: boolean): CompletionShape {
  const piece = (index: number, delta: object, finishReason: string | null = null): object => ({
    index,
    delta,
    logprobs: null,
    finish_reason: finishReason,
  })
  return {
    idPrefix: 'chatcmpl',
    object: 'chat.completion',
    chunkObject: 'chat.completion.chunk',
    opening({ index, plan }) {
      const { call } = plan
      if (!call) return [piece(index, { role: 'assistant', content: '' })]
      const head = { index: 0, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }
      return [piece(index, { role: 'assistant', content: null }), piece(index, { tool_calls: [head] })]
    },
    delta({ index, plan }, text, token) {
      const delta = plan.call ? { tool_calls: [{ index: 0, function: { arguments: text } }] } : { content: text }
      return { ...piece(index, delta), ...(returnTokenIds ? { token_ids: [token] } : {}) }
    },
    closing({ index, plan }) {
      const delta = plan.call ? {} : { content: '' }
      return { ...piece(index, delta, plan.finishReason), stop_reason: plan.stopReason }
    },
    full({ index, plan }) {
      const { call } = plan
      const message = call
        ? { role: 'assistant', content: null, tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }] }
        : { role: 'assistant', content: plan.text, tool_calls: [] }
      const ids = returnTokenIds ? { token_ids: plan.tokens } : {}
      return { index, message, logprobs: null, finish_reason: plan.finishReason, stop_reason: plan.stopReason, ...ids }
    },
  }
}
