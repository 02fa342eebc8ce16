import { badRequest } from './api-error'
import { composeAnswer } from './answer-text'
import type { ChatBody, ChatMessage, SamplingBody, Tool } from './completion-body'
import { samplePattern } from './pattern-sample'
import { messageText } from './prompt-rendering'
import { promptTermsOf, type PromptTerms } from './prompt-terms'
import { preferredChoice, schemaValue, type JsonSchema } from './schema-value'
import { hashText, seededRandom } from './seeded-random'
import { encode, tokenText } from './sim-tokenizer'

export type ToolCall = { id: string; name: string; arguments: string }

/** What the model "will say", settled before its first token is due. */
export type PlannedAnswer = {
  kind: 'text' | 'tool'
  /** The text, or the arguments of the call. */
  text: string
  call: ToolCall | undefined
  tokens: number[]
  finishReason: 'stop' | 'length' | 'tool_calls'
  stopReason: string | null
}

type Limits = { maxTokens: number; seed: number }

/** The answer to a chat: a tool call where one is due, else the structure asked for, else prose. */
export function planChatAnswer(body: ChatBody, limits: Limits): PlannedAnswer {
  const system = body.messages.filter((m) => m.role === 'system' || m.role === 'developer').map(messageText).join('\n')
  const lastUser = body.messages.findLastIndex((message) => message.role === 'user')
  const user = lastUser >= 0 ? messageText(body.messages[lastUser] as ChatMessage) : ''
  const toolResults = body.messages.slice(lastUser + 1).filter((m) => m.role === 'tool' || m.role === 'function').map(messageText)
  const terms = promptTermsOf(system, user || toolResults.at(-1) || '')
  // All messages count, so that each turn of a conversation says something else.
  const seed = hashText(JSON.stringify(body.messages), mixSeed(limits.seed, body.seed))
  const tool = dueTool(body, toolResults.length > 0, terms, user)
  if (tool) return toolAnswer(tool, terms, user, seed, limits.maxTokens)
  return textAnswer(body, terms, `${system}\n${user}`, toolResults, seed, limits.maxTokens)
}

/** The answer to a bare prompt of /v1/completions. */
export function planTextAnswer(body: SamplingBody, prompt: string, limits: Limits): PlannedAnswer {
  const seed = hashText(prompt, mixSeed(limits.seed, body.seed))
  return textAnswer(body, promptTermsOf('', prompt), prompt, [], seed, limits.maxTokens)
}

function mixSeed(server: number, request: number | null | undefined): number {
  return hashText(`${server}/${request ?? ''}`)
}

function textAnswer(body: SamplingBody, terms: PromptTerms, prompt: string, toolResults: readonly string[], seed: number, maxTokens: number): PlannedAnswer {
  const structured = structuredText(body, terms, prompt, seed)
  const atLeastTokens = body.ignore_eos ? maxTokens : Math.min(body.min_tokens ?? 0, maxTokens)
  const full = structured ?? composeAnswer({ terms, toolResults, seed, atLeastTokens })
  const { text, stopReason } = cutAtStop(full, body.stop)
  const tokens = encode(text)
  // A model that says nothing still spends a token on the end of its turn.
  if (tokens.length === 0) tokens.push(...encode(' ').slice(0, 1))
  if (tokens.length <= maxTokens && !(body.ignore_eos && structured === undefined)) {
    return { kind: 'text', text, call: undefined, tokens, finishReason: 'stop', stopReason }
  }
  const kept = tokens.slice(0, maxTokens)
  return { kind: 'text', text: kept.map(tokenText).join(''), call: undefined, tokens: kept, finishReason: 'length', stopReason: null }
}

/** JSON, a choice or a match, where the request asks for one. */
function structuredText(body: SamplingBody, terms: PromptTerms, prompt: string, seed: number): string | undefined {
  const wanted = body.structured_outputs
  const random = seededRandom(seed)
  const choices = wanted?.choice ?? body.guided_choice
  if (choices) return preferredChoice(choices, prompt.toLowerCase(), random)
  const regex = wanted?.regex ?? body.guided_regex
  if (regex) return samplePattern(regex, random)
  const schema = wanted?.json ?? body.guided_json ?? (body.response_format?.type === 'json_schema' ? body.response_format.json_schema?.schema : undefined)
  if (schema) return JSON.stringify(schemaValue(parsedSchema(schema), terms, prompt, seed))
  if (body.response_format?.type === 'json_schema') throw badRequest('response_format.json_schema.schema is required', 'response_format')
  if (wanted?.json_object || body.response_format?.type === 'json_object') return JSON.stringify(schemaValue(looseSchema(prompt), terms, prompt, seed))
  return undefined
}

function parsedSchema(schema: JsonSchema | string): JsonSchema {
  if (typeof schema !== 'string') return schema
  try {
    const parsed: unknown = JSON.parse(schema)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonSchema
  } catch {
    // Falls through to the refusal below.
  }
  throw badRequest('The provided JSON schema is not a valid JSON object', 'structured_outputs')
}

/** A schema for "answer in JSON" without one: the keys that the prompt itself shows, else a usual trio. */
function looseSchema(prompt: string): JsonSchema {
  const keys = [...prompt.matchAll(/"([A-Za-z_]\w{0,40})"\s*:/g)].map((match) => match[1] as string)
  if (keys.length > 0) return { type: 'object', properties: Object.fromEntries(keys.slice(0, 20).map((key) => [key, { type: 'string' }])) }
  return {
    type: 'object',
    properties: { answer: { type: 'string' }, key_points: { type: 'array', items: { type: 'string' } }, confidence: { type: 'number', minimum: 0, maximum: 1 } },
  }
}

function cutAtStop(text: string, stop: string | readonly string[] | null | undefined): { text: string; stopReason: string | null } {
  const stops = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter(Boolean)
  let at = text.length
  let stopReason: string | null = null
  for (const each of stops) {
    const found = text.indexOf(each)
    if (found >= 0 && found < at) [at, stopReason] = [found, each]
  }
  return { text: text.slice(0, at), stopReason }
}

/** The tool to call now, if any: the one named, else the one whose words come nearest to the prompt's. */
function dueTool(body: ChatBody, answered: boolean, terms: PromptTerms, user: string): Tool | undefined {
  const tools = body.tools ?? []
  const choice = body.tool_choice ?? 'auto'
  if (typeof choice === 'object') {
    const named = tools.find((tool) => tool.function.name === choice.function.name)
    if (!named) throw badRequest(`Tool \`${choice.function.name}\` named in tool_choice is not among the tools`, 'tool_choice')
    return named
  }
  if (choice === 'required' && tools.length === 0) throw badRequest('tool_choice "required" needs tools', 'tool_choice')
  if (tools.length === 0 || choice === 'none' || (choice === 'auto' && answered)) return undefined
  const words = new Set([...terms.terms.join(' ').split(' '), ...user.toLowerCase().split(/[^a-z0-9\uac00-\ud7a3]+/)].map((word) => word.toLowerCase()))
  const score = (tool: Tool): number => {
    const own = new Set(`${tool.function.name} ${tool.function.description ?? ''}`.toLowerCase().split(/[^a-z0-9\uac00-\ud7a3]+/))
    return [...own].filter((word) => word.length > 2 && words.has(word)).length
  }
  return tools.reduce((best, tool) => (score(tool) > score(best) ? tool : best))
}

function toolAnswer(tool: Tool, terms: PromptTerms, user: string, seed: number, maxTokens: number): PlannedAnswer {
  const parameters = tool.function.parameters ?? { type: 'object', properties: {} }
  const text = JSON.stringify(schemaValue({ type: 'object', ...parameters }, terms, user, seed))
  const tokens = encode(text)
  const cut = tokens.length > maxTokens
  const kept = cut ? tokens.slice(0, maxTokens) : tokens
  const written = cut ? kept.map(tokenText).join('') : text
  const id = `chatcmpl-tool-${seed.toString(16).padStart(8, '0')}${hashText(text).toString(16).padStart(8, '0')}`
  const call = { id, name: tool.function.name, arguments: written }
  return { kind: 'tool', text: written, call, tokens: kept, finishReason: cut ? 'length' : 'tool_calls', stopReason: null }
}
