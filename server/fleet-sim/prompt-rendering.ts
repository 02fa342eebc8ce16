import type { ChatMessage, Tool } from './completion-body'
import { encode, special } from './sim-tokenizer'

/** The words of a message; other parts (images, audio) stand as a placeholder. */
export function messageText(message: ChatMessage): string {
  const { content } = message
  if (content === null || content === undefined) return ''
  if (typeof content === 'string') return content
  return content.map((part) => part.text ?? `<${part.type}>`).join('\n')
}

/**
 * The chat template, in ChatML: tools first, then each message in a turn of its own, so that equal leading
 * messages give equal leading tokens whatever follows them.
 */
export function renderChat(messages: readonly ChatMessage[], tools: readonly Tool[], addGenerationPrompt = true): number[] {
  const tokens: number[] = []
  const turn = (role: string, text: string): void => {
    tokens.push(special.turnStart, ...encode(`${role}\n`))
    for (const token of encode(text)) tokens.push(token)
    tokens.push(special.turnEnd, ...encode('\n'))
  }
  if (tools.length > 0) turn('tools', tools.map((tool) => JSON.stringify(tool)).join('\n'))
  for (const message of messages) {
    const calls = message.tool_calls?.map((call) => JSON.stringify(call.function)).join('\n') ?? ''
    turn(message.role, [messageText(message), calls].filter(Boolean).join('\n'))
  }
  if (addGenerationPrompt) tokens.push(special.turnStart, ...encode('assistant\n'))
  return tokens
}
