/**
 * The prompt as text whose prefixes are those that the engine caches: tools first, then every message in order,
 * as chat templates lay them out. Not the engine's exact text; equal inputs give equal prefixes, and that is enough.
 */
export function renderPrompt(body: PromptBody): string {
  return promptPieces(body).join('')
}

type PromptBody = { messages?: unknown; tools?: unknown; prompt?: unknown; input?: unknown }

/** The same in pieces: a long prompt need not be put together to be hashed. */
export function promptPieces(body: PromptBody): string[] {
  const pieces = Array.isArray(body.tools) && body.tools.length > 0 ? [`${JSON.stringify(body.tools)}\n`] : []
  if (Array.isArray(body.messages)) {
    for (const message of body.messages) addMessage(pieces, message)
    return pieces
  }
  const prompt = body.prompt ?? body.input
  if (prompt !== undefined && prompt !== null) pieces.push(typeof prompt === 'string' ? prompt : JSON.stringify(prompt))
  return pieces
}

function addMessage(pieces: string[], message: unknown): void {
  if (typeof message !== 'object' || message === null) return void pieces.push(`${JSON.stringify(message)}\n`)
  const { role, content, ...rest } = message as Record<string, unknown>
  const said = typeof content === 'string' ? content : JSON.stringify(content ?? '')
  const extra = Object.keys(rest).length > 0 ? JSON.stringify(rest) : ''
  pieces.push(`<|${typeof role === 'string' ? role : ''}|>`, said, `${extra}\n`)
}
