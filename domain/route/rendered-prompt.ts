/**
 * The prompt as text whose prefixes are those that the engine caches: tools first, then every message in order,
 * as chat templates lay them out. Not the engine's exact text; equal inputs give equal prefixes, and that is enough.
 */
export function renderPrompt(body: { messages?: unknown; tools?: unknown; prompt?: unknown; input?: unknown }): string {
  let text = Array.isArray(body.tools) && body.tools.length > 0 ? `${JSON.stringify(body.tools)}\n` : ''
  if (Array.isArray(body.messages)) {
    for (const message of body.messages) text += renderMessage(message)
    return text
  }
  const prompt = body.prompt ?? body.input
  if (prompt === undefined || prompt === null) return text
  return text + (typeof prompt === 'string' ? prompt : JSON.stringify(prompt))
}

function renderMessage(message: unknown): string {
  if (typeof message !== 'object' || message === null) return `${JSON.stringify(message)}\n`
  const { role, content, ...rest } = message as Record<string, unknown>
  const said = typeof content === 'string' ? content : JSON.stringify(content ?? '')
  const extra = Object.keys(rest).length > 0 ? JSON.stringify(rest) : ''
  return `<|${typeof role === 'string' ? role : ''}|>${said}${extra}\n`
}
