// T1. A turn of an agent is a step `agent[n].model` and, for each tool that its answer calls, a step `agent[n].tool`. What
//     the next turn is asked follows from the log alone, so that whoever takes the run up asks the same.
// T2. The prompt only grows: each turn's is the one before to the byte, its answer and the results behind it.
// T3. Nothing the model says fails the agent: a call of what is not there, or with arguments that do not fit, is a result.
import { z } from 'zod'
import { MODEL_STEP, UNKNOWN_TOOL } from '@/domain/graph/agent-tools'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { Usage, type Failure } from './run-event'
import { itemPrefix, locate, parseStepKey, type RunGraph } from './run-graph'
import { isSettled, stepOf, type RunState, type Step } from './run-state'

type AgentNode = Extract<TypedNode, { type: 'agent' }>

export const ToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.json() })
export type ToolCall = z.infer<typeof ToolCall>
export type ChatMessage = {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string
  /** On `assistant`: what it asked for. */
  toolCalls?: ToolCall[]
  /** On `tool`: the call it answers. */
  toolCallId?: string
}

const Answer = z.object({ text: z.string(), json: z.json().optional(), toolCalls: z.array(ToolCall).default([]), usage: Usage })
type Answer = z.infer<typeof Answer>
const Begun = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user']), content: z.string() })),
  /** The first turn of this attempt: an attempt before had those below it. */
  firstTurn: z.int().min(0).default(0),
  /** Versions of the memory when the attempt began. */
  seen: z.record(z.string(), z.int().min(0)).optional(),
})

/** Answers are looked at again with every plan; those in the log do not change. */
const answers = new WeakMap<object, Answer>()

/** What the model said in a turn; undefined until it has. */
function answerOf(run: RunState, prefix: string): Answer | undefined {
  const { state } = stepOf(run, prefix + MODEL_STEP)
  if (state.kind !== 'completed' || state.output === null || typeof state.output !== 'object') return undefined
  const known = answers.get(state.output)
  if (known) return known
  const parsed = Answer.safeParse(state.output)
  if (parsed.success) answers.set(state.output, parsed.data)
  return parsed.data
}

/** What the log says of how the attempt at work began. */
export function begunWith(step: Step): z.infer<typeof Begun> {
  return Begun.safeParse(step.input).data ?? { messages: [], firstTurn: 0 }
}

/** What the model is told at first, of an agent's input or of a first turn that a fork took over. */
export function askedOf(input: Json | undefined): Json {
  const { messages, model } = z.object({ messages: z.json(), model: z.json().optional() }).safeParse(input).data ?? { messages: [] }
  return { messages, ...(model !== undefined && { model }) }
}

/** What the first turn was asked that a fork took over; undefined where none was. */
export function askedBefore(run: RunState, key: string): Json | undefined {
  const { reusedFrom, input } = stepOf(run, `${itemPrefix(key, 0)}${MODEL_STEP}`)
  return reusedFrom === undefined ? undefined : askedOf(input)
}

/**
 * Turns of the last attempt that another run may go on behind: answered, and calling tools. Its last answer is none, and where
 * the bounds of the agent leave it no further turn, it is none at all.
 */
export function wholeTurns(run: RunState, turn: RunGraph, key: string, { config }: AgentNode): TurnSeen[] {
  const step = stepOf(run, key)
  if (step.input === undefined) return []
  const turns = turnsSeen(run, turn, key).slice(begunWith(step).firstTurn)
  const end = turns.findIndex(({ text, calls }) => text === undefined || calls.length === 0 || calls.some(({ call }) => isGivenOn(config, call)))
  const whole = end < 0 ? turns : turns.slice(0, end)
  const calls = whole.reduce((sum, one) => sum + one.calls.length, 0)
  return whole.length >= config.maxTurns || calls > config.maxToolCalls ? [] : whole
}

/** Turns of an agent that have begun, in all attempts. */
export function turnsBegun(run: RunState, key: string): number {
  let turns = 0
  while (stepOf(run, `${itemPrefix(key, turns)}${MODEL_STEP}`).state.kind !== 'pending') turns += 1
  return turns
}

type PlacedCall = { key: string; call: ToolCall }

/** The calls of a turn, each with the step that carries it out. */
function placed(turn: RunGraph, prefix: string, { toolCalls }: Answer): PlacedCall[] {
  const counts = new Map<string, number>()
  return toolCalls.map((call) => {
    const id = isTool(turn, call.name) ? call.name : UNKNOWN_TOOL
    const count = (counts.get(id) ?? 0) + 1
    counts.set(id, count)
    return { key: `${prefix}${id}${count === 1 ? '' : `~${count}`}`, call }
  })
}

function isTool(turn: RunGraph, name: string): boolean {
  return name !== MODEL_STEP && turn.nodes.has(name)
}

/** Where a step stands in the turns of an agent. */
export type InTurn = { agentKey: string; agent: AgentNode; turn: RunGraph; index: number; prefix: string; /** Of a tool's step. */ call: ToolCall | undefined }

/** Undefined for a step that is none of a turn. */
export function inTurn(run: RunState, graph: RunGraph, key: string): InTurn | undefined {
  const cut = key.lastIndexOf('[')
  const at = cut < 0 ? undefined : locate(graph, key.slice(0, cut))
  const turn = at?.level.loops.get(at.node.id)
  const index = parseStepKey(key).at(-2)?.index
  if (!at || at.node.type !== 'agent' || !turn || index === undefined) return undefined
  const prefix = itemPrefix(key.slice(0, cut), index)
  const answer = answerOf(run, prefix)
  return { agentKey: key.slice(0, cut), agent: at.node, turn, index, prefix, call: answer && placed(turn, prefix, answer).find((one) => one.key === key)?.call }
}

/** One turn, as far as the log tells: what the model said, and what it called. */
export type TurnSeen = { index: number; modelKey: string; text: string | undefined; calls: readonly PlacedCall[] }

/** Turns of an agent that have begun, first to last. */
export function turnsSeen(run: RunState, turn: RunGraph, agentKey: string): TurnSeen[] {
  return Array.from({ length: turnsBegun(run, agentKey) }, (_, index) => {
    const prefix = itemPrefix(agentKey, index)
    const answer = answerOf(run, prefix)
    return { index, modelKey: prefix + MODEL_STEP, text: answer?.text, calls: answer ? placed(turn, prefix, answer) : [] }
  })
}

/** All that the model is told in a turn. */
export function conversation(run: RunState, { agentKey, turn, index }: InTurn): ChatMessage[] {
  const { messages, firstTurn } = begunWith(stepOf(run, agentKey))
  const said: ChatMessage[] = [...messages]
  for (let at = firstTurn; at < index; at++) {
    const prefix = itemPrefix(agentKey, at)
    const answer = answerOf(run, prefix)
    if (!answer) break
    said.push({ role: 'assistant', content: answer.text, ...(answer.toolCalls.length > 0 && { toolCalls: answer.toolCalls }) })
    for (const { key, call } of placed(turn, prefix, answer)) said.push({ role: 'tool', toolCallId: call.id, content: resultText(turn.nodes.get(call.name), stepOf(run, key)) })
  }
  return said
}

/** Longest result that the model is given, in characters. */
const MAX_RESULT = 40_000

/** What a tool gave, or why it gave nothing, as the model reads it. */
function resultText(tool: TypedNode | undefined, { state }: Step): string {
  if (state.kind === 'failed') return `Error (${state.error.code}): ${state.error.message}`
  if (state.kind !== 'completed') return 'Error: this call was not carried out'
  const value = valueOf(tool, state.output)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= MAX_RESULT ? text : `${text.slice(0, MAX_RESULT)}\n(cut: the first ${MAX_RESULT} of ${text.length} characters)`
}

/** Of an output, what was asked for: no headers, no status of what went well. */
function valueOf(tool: TypedNode | undefined, output: Json): Json {
  if (output === null || typeof output !== 'object' || Array.isArray(output)) return output
  switch (tool?.type) {
    case 'http':
      return output.body ?? null
    case 'mcp':
      return output.structured ?? output.text ?? null
    case 'python':
      return output.output ?? null
    default:
      return output
  }
}

/** What an agent at work needs. `start` and `working`: keys of steps. */
type LoopPlan = { kind: 'work'; start: string[]; working: string[] } | { kind: 'done'; output: Json } | { kind: 'failed'; error: Failure }

/** What comes next in the turns of an agent, by the log alone. */
export function planTurns(run: RunState, turn: RunGraph, key: string, { config, name }: AgentNode): LoopPlan {
  const { firstTurn } = begunWith(stepOf(run, key))
  let calls = 0
  const usages: Usage[] = []
  for (let index = firstTurn; ; index++) {
    const prefix = itemPrefix(key, index)
    const model = stepOf(run, prefix + MODEL_STEP)
    if (model.state.kind === 'pending') return { kind: 'work', start: [prefix + MODEL_STEP], working: [] }
    if (model.state.kind === 'running') return { kind: 'work', start: [], working: [prefix + MODEL_STEP] }
    const answer = answerOf(run, prefix)
    if (!answer) return { kind: 'failed', error: failureOf(model, prefix) }
    usages.push(answer.usage)
    const unsettled = answer.toolCalls.length === 0 || answer.toolCalls.some((call) => isGivenOn(config, call))
    if (unsettled) return { kind: 'done', output: outputOf(answer, usages) }
    const turns = index - firstTurn + 1
    if (turns >= config.maxTurns) return { kind: 'failed', error: tooMany('TOOL_TURNS', `"${name}" still called tools in its turn ${turns}, and may have no more than ${config.maxTurns}`) }
    calls += answer.toolCalls.length
    if (calls > config.maxToolCalls) return { kind: 'failed', error: tooMany('TOOL_CALLS', `"${name}" made ${calls} calls of tools, and may make no more than ${config.maxToolCalls}`) }
    const open = placed(turn, prefix, answer).flatMap((call) => (isSettled(stepOf(run, call.key).state) ? [] : [call.key]))
    if (open.length === 0) continue
    const atWork = open.slice(0, config.toolConcurrency)
    const begun = (one: string): boolean => stepOf(run, one).state.kind === 'running'
    return { kind: 'work', start: atWork.filter((one) => !begun(one)), working: atWork.filter(begun) }
  }
}

/** Nobody carries it out here: whoever reads the agent's output does. */
function isGivenOn({ tools }: AgentNode['config'], { name }: ToolCall): boolean {
  return tools?.some((tool) => tool.name === name && !tool.run) ?? false
}

function outputOf({ text, json, toolCalls }: Answer, usages: readonly Usage[]): Json {
  return { text, ...(json !== undefined && { json }), ...(toolCalls.length > 0 && { toolCalls }), usage: sumOf(usages) }
}

/** What was cached is known where every call says so. */
function sumOf(usages: readonly Usage[]): { promptTokens: number; completionTokens: number; cachedTokens?: number } {
  const sum = (of: (usage: Usage) => number): number => usages.reduce((total, usage) => total + of(usage), 0)
  const known = usages.every(({ cachedTokens }) => cachedTokens !== undefined)
  return { promptTokens: sum((one) => one.promptTokens), completionTokens: sum((one) => one.completionTokens), ...(known && { cachedTokens: sum((one) => one.cachedTokens ?? 0) }) }
}

function failureOf({ state }: Step, prefix: string): Failure {
  const error: Failure = state.kind === 'failed' ? state.error : { code: 'NO_ANSWER', message: 'The model gave no answer', retryable: false }
  // It has been tried again already, as its agent says.
  return { ...error, message: `${prefix}${MODEL_STEP}: ${error.message}`, retryable: false }
}

function tooMany(code: string, message: string): Failure {
  return { code, message, hint: 'Look at what it asked for in its turns: perhaps a result does not say what it needs. Or raise the bound of this agent.', retryable: false }
}
