import { z } from 'zod'
import type { Json } from '@/domain/json'
import type { Usage } from '@/domain/run/run-event'
import type { ToolCall } from '@/domain/run/tool-loop'
import { ModelCallFailed } from '@/server/ports/model-gateway'
import { readEvents } from './read-events'

const Reported = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number().nullish(),
  prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
})
const ToolDelta = z.object({
  index: z.number().default(0),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
})
const Chunk = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish(), tool_calls: z.array(ToolDelta).nullish() }).nullish(), finish_reason: z.string().nullish() })).default([]),
  usage: Reported.nullish(),
})
const ErrorEvent = z.object({ error: z.union([z.string(), z.looseObject({ message: z.string(), code: z.union([z.string(), z.number()]).nullish() })]) })

export type ChatAnswer = { text: string; toolCalls: ToolCall[]; finishReason: string; usage: Usage | undefined }

/**
 * Reads a streamed chat answer to its end.
 * @param onContent called before the first piece of text or tool call is taken
 * @throws {ModelCallFailed} an error event, garbage, or an end without a finish reason
 */
export async function readChat(body: AsyncIterable<Uint8Array>, { onText, onContent }: { onText: (text: string) => void; onContent: () => void }): Promise<ChatAnswer> {
  const pieces: string[] = []
  const calls = new Map<number, { id: string; name: string; arguments: string }>()
  let finishReason: string | undefined
  let usage: Usage | undefined
  for await (const event of readEvents(body)) {
    const chunk = chunkOf(event)
    if (chunk.usage) usage = usageOf(chunk.usage)
    const [choice] = chunk.choices
    if (!choice) continue
    const { content, tool_calls: toolCalls } = choice.delta ?? {}
    if (content || toolCalls?.length) onContent()
    if (content) {
      pieces.push(content)
      onText(content)
    }
    for (const delta of toolCalls ?? []) {
      const call = calls.get(delta.index) ?? { id: '', name: '', arguments: '' }
      calls.set(delta.index, { id: delta.id ?? call.id, name: call.name + (delta.function?.name ?? ''), arguments: call.arguments + (delta.function?.arguments ?? '') })
    }
    if (choice.finish_reason) finishReason = choice.finish_reason
  }
  if (finishReason === undefined) throw new ModelCallFailed('ANSWER_CUT_OFF', 'The answer ended before it was finished', { hint: 'The instance went away or restarted. Another attempt goes to one that is healthy.', retryable: true })
  const toolCalls = [...calls].sort(([a], [b]) => a - b).map(([at, call]) => ({ id: call.id || `call_${at}`, name: call.name, arguments: argumentsOf(call.arguments) }))
  return { text: pieces.join(''), toolCalls, finishReason, usage }
}

function chunkOf(event: string): z.infer<typeof Chunk> {
  let given: unknown
  try {
    given = JSON.parse(event)
  } catch {
    throw garbage()
  }
  const fault = ErrorEvent.safeParse(given)
  if (fault.success) {
    const { error } = fault.data
    const message = typeof error === 'string' ? error : error.message
    throw new ModelCallFailed('ANSWER_BROKEN', `The answer broke off: ${message}`, { hint: 'The instance failed while it answered. Another attempt starts from the beginning.', retryable: true })
  }
  const chunk = Chunk.safeParse(given)
  if (!chunk.success) throw garbage()
  return chunk.data
}

function garbage(): ModelCallFailed {
  return new ModelCallFailed('BAD_ANSWER', 'The instance sent something that is not a chat answer', { hint: 'Check that the instance is a vLLM server, and its version.', retryable: true })
}

function usageOf(reported: z.infer<typeof Reported>): Usage {
  const cachedTokens = reported.prompt_tokens_details?.cached_tokens
  return { promptTokens: reported.prompt_tokens, completionTokens: reported.completion_tokens ?? 0, ...(cachedTokens === undefined || cachedTokens === null ? {} : { cachedTokens }) }
}

/** Arguments that are not JSON stay text: the tool refuses them with its own words. */
function argumentsOf(text: string): Json {
  if (text === '') return {}
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
