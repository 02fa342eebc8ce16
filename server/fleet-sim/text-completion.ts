import type { IncomingMessage, ServerResponse } from 'node:http'
import { planTextAnswer } from './answer-plan'
import { parseBody, promptsOf, TextBody } from './completion-body'
import { requestIdOf } from './request-id'
import { serveCompletion, type Choice, type CompletionShape } from './serve-completion'
import { requireModel, requirePriorityAllowed, roomForAnswer, type SimInstance } from './sim-instance'
import { decode, encode } from './sim-tokenizer'

/** Tokens that /v1/completions writes when the body does not say: OpenAI's default, which vLLM keeps. */
const DEFAULT_MAX_TOKENS = 16

/** POST /v1/completions */
export function textCompletion(instance: SimInstance, request: IncomingMessage, response: ServerResponse, raw: string): void {
  const body = parseBody(TextBody, raw)
  requireModel(instance, body.model)
  requirePriorityAllowed(instance, body.priority)
  const choices: Choice[] = []
  for (const prompt of promptsOf(body.prompt)) {
    const promptTokens = typeof prompt === 'string' ? encode(prompt) : prompt
    const text = typeof prompt === 'string' ? prompt : decode(prompt)
    const maxTokens = roomForAnswer(instance, promptTokens.length, body.max_tokens ?? DEFAULT_MAX_TOKENS, 'prompt')
    for (let i = 0; i < (body.n ?? 1); i++) {
      const plan = planTextAnswer(body, text, { maxTokens, seed: instance.options.seed + i })
      choices.push({ index: choices.length, promptTokens, plan })
    }
  }
  const requestId = requestIdOf(instance, request, body.request_id)
  serveCompletion({ instance, response, body, requestId, choices, shape: textShape(body) })
}

function textShape({ echo, return_token_ids: returnTokenIds }: TextBody): CompletionShape {
  const ids = (tokens: readonly number[]): object => (returnTokenIds ? { token_ids: tokens } : {})
  const piece = (index: number, text: string, finishReason: string | null, stopReason: string | null): object => ({
    index,
    text,
    logprobs: null,
    finish_reason: finishReason,
    stop_reason: stopReason,
  })
  return {
    idPrefix: 'cmpl',
    object: 'text_completion',
    chunkObject: 'text_completion',
    opening: ({ index, promptTokens }) => (echo ? [piece(index, decode(promptTokens), null, null)] : []),
    delta: ({ index }, text, token) => ({ ...piece(index, text, null, null), ...ids([token]) }),
    closing: ({ index, plan }) => piece(index, '', plan.finishReason, plan.stopReason),
    full: ({ index, plan, promptTokens }) => ({ ...piece(index, (echo ? decode(promptTokens) : '') + plan.text, plan.finishReason, plan.stopReason), ...ids(plan.tokens) }),
  }
}
