import type { TypedNode } from '@/domain/graph/node-types'
import type { EpochMs, Json } from '@/domain/json'
import type { Failure } from './run-event'
import { itemPrefix, parseStepKey, type RunGraph } from './run-graph'
import type { Message, RunState } from './run-state'

type MessageNode = Extract<TypedNode, { type: 'message' }>
export type ReceiveNode = MessageNode & { config: { mode: 'receive' } }

export function isReceive(node: TypedNode | undefined): node is ReceiveNode {
  return node?.type === 'message' && node.config.mode === 'receive'
}

/** What the steps of both ends put out, and what the log says of a message. */
export function messageOutput({ id, from, to, payload }: Omit<Message, 'sentAt' | 'state'>): Json {
  return { id, from, to, payload }
}

/** The oldest message for a receiving step. One whose time is up counts as gone, though the log does not say so yet. */
export function nextMessage(run: RunState, key: string, { config }: ReceiveNode, now: EpochMs): Message | undefined {
  return run.messages.find((message) => message.to === key && isQueued(message) && (message.expiresAt ?? Infinity) > now && (config.from === undefined || config.from === parseStepKey(message.from).at(-1)!.id))
}

/** The step that a sender's message is for: nearest first, the node of that id on its own level or on one around it. */
function receiverOf(graph: RunGraph, sender: string, to: string | undefined): { key: string; node: ReceiveNode } | undefined {
  let found: { key: string; node: ReceiveNode } | undefined
  let level: RunGraph | undefined = graph
  let prefix = ''
  for (const { id, index } of parseStepKey(sender)) {
    const node = to === undefined ? undefined : level.nodes.get(to)
    if (isReceive(node)) found = { key: prefix + node.id, node }
    level = level.bodies.get(id)
    if (!level || index === undefined) break
    prefix = itemPrefix(prefix + id, index)
  }
  return found
}

/** The step that would get it, or why it is refused. */
export function addressOf(run: RunState, graph: RunGraph, sender: string, { name, config }: MessageNode): { to: string; refused?: undefined } | { refused: Failure } {
  const receiver = receiverOf(graph, sender, config.to)
  if (!receiver) {
    return { refused: { code: 'MESSAGE_NO_RECEIVER', message: `"${name}" sends to "${config.to ?? ''}", but no message node of that id receives here`, hint: 'Choose a receiving message node on the same level, or on one around the map.', retryable: false } }
  }
  const queued = run.messages.filter((message) => message.to === receiver.key && isQueued(message)).length
  const { capacity } = receiver.node.config
  if (queued < capacity) return { to: receiver.key }
  return { refused: { code: 'MESSAGE_QUEUE_FULL', message: `"${receiver.node.name}" has ${queued} messages waiting and takes no more than ${capacity}`, hint: 'Let fewer nodes send to it, let messages expire, or raise how many may wait at the node that receives.', retryable: true } }
}

/** Why a step that waited for a message gave up. */
export function noMessage({ name, config }: ReceiveNode): Failure {
  return { code: 'MESSAGE_TIMEOUT', message: `No message for "${name}" came within ${waitOf(config)} ms`, hint: 'Does another node send to it on every way through the graph? Raise its wait, or say what happens when it fails.', retryable: false }
}

export function waitOf({ waitMs, timeoutMs }: ReceiveNode['config']): number {
  return Math.min(waitMs, timeoutMs ?? Infinity)
}

export function isQueued({ state }: Message): boolean {
  return state.kind === 'queued'
}
