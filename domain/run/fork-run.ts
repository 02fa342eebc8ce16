import type { Graph } from '@/domain/graph/graph'
import { messageLinks } from '@/domain/graph/message-links'
import { descendantsOf } from '@/domain/graph/order'
import { AppError, unreachable } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { RunFact } from './run-event'
import { compileGraph, itemPrefix, parseStepKey } from './run-graph'
import { stepOf, type Message, type RunState } from './run-state'
import { askedOf, begunWith, turnsSeen, wholeTurns } from './tool-loop'

export type ForkOverride = { output?: Json | undefined; config?: Record<string, Json> | undefined }

export class UnknownForkNode extends AppError {
  readonly code = 'UNKNOWN_NODE'
  readonly hint = 'Name a node of the graph the run worked on.'
  constructor(id: string) {
    super(`The run has no node "${id}"`)
  }
}

/** The graph a fork works on: the parent's, with edited configs. Fields not named keep their value. */
export function forkedGraph(graph: Graph, overrides: Record<string, ForkOverride>): Graph {
  for (const id of Object.keys(overrides)) if (!graph.nodes.some((node) => node.id === id)) throw new UnknownForkNode(id)
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const config = overrides[node.id]?.config
      return config ? { ...node, config: { ...node.config, ...config } } : node
    }),
  }
}

/** What a fork changes. `from`: the node to run again from; undefined: only what the parent has not completed. */
export type ForkChange = { from?: string | undefined; overrides: Record<string, ForkOverride>; newInput: boolean }

/**
 * The nodes that a fork does not take over although the parent may have run them: what is edited and all behind it, and
 * what failed or was cancelled.
 * @throws {UnknownForkNode}
 */
export function nodesAgain(parent: RunState, graph: Graph, change: ForkChange): Set<string> {
  // Every step may read the input, also one that no edge joins to the input node.
  return new Set([...behind(parent, graph, [...editedIn(graph, change), ...unfinishedIn(parent, graph)]), ...(change.newInput ? graph.nodes.map(({ id }) => id) : [])])
}

/** @throws {UnknownForkNode} */
function editedIn(graph: Graph, { from, overrides }: ForkChange): string[] {
  const edited = [...Object.keys(overrides), ...(from === undefined ? [] : [from])]
  for (const id of edited) if (!graph.nodes.some((node) => node.id === id)) throw new UnknownForkNode(id)
  return edited
}

function unfinishedIn(parent: RunState, graph: Graph): string[] {
  return graph.nodes.flatMap(({ id }) => (['failed', 'cancelled', 'running'].includes(stepOf(parent, id).state.kind) ? [id] : []))
}

/** Those nodes and all that depends on them. */
function behind(parent: RunState, graph: Graph, nodes: readonly string[]): Set<string> {
  const found = new Set<string>()
  // Who receives a message depends on who sends it, and who reads a value on who wrote it, as by an edge.
  const links = [...messageLinks(graph), ...memoryLinks(parent)]
  const add = (id: string) => {
    if (found.has(id)) return
    const reached = [id, ...descendantsOf(graph, id)].filter((one) => !found.has(one))
    for (const one of reached) found.add(one)
    for (const { source, target } of links) if (reached.includes(source)) add(target)
  }
  nodes.forEach(add)
  return found
}

/** What bounds an agent's work says nothing about what it is asked. */
const BOUNDS: readonly string[] = ['maxTurns', 'maxToolCalls', 'toolConcurrency', 'timeoutMs', 'stepTimeoutMs', 'retry', 'onError', 'critical', 'priority']

/** Agents that did not come to their end, and that nothing which changes leads to: they go on behind their last whole turn. */
function agentsGoingOn(parent: RunState, graph: Graph, change: ForkChange): string[] {
  if (change.newInput) return []
  const bounded = ({ output, config }: ForkOverride): boolean => output === undefined && Object.keys(config ?? {}).every((key) => BOUNDS.includes(key))
  const edited = editedIn(graph, change).filter((id) => id === change.from || !bounded(change.overrides[id]!))
  const unfinished = unfinishedIn(parent, graph)
  return unfinished.filter((id) => !edited.includes(id) && !behind(parent, graph, [...edited, ...unfinished.filter((one) => one !== id)]).has(id))
}

/** How many turns of each agent a fork takes over, where it takes any. */
export function turnsTaken(parent: RunState, graph: Graph, change: ForkChange): Map<string, number> {
  const agents = agentsGoingOn(parent, graph, change)
  if (agents.length === 0) return new Map()
  const { loops, nodes } = compileGraph(graph)
  return new Map(agents.flatMap((id) => {
    const turn = loops.get(id)
    const node = nodes.get(id)
    const turns = turn && node?.type === 'agent' ? wholeTurns(parent, turn, id, node) : []
    return turns.length > 0 ? [[id, turns.length]] : []
  }))
}

/**
 * The facts of everything a fork takes over, in the order it stands in the graph: steps that are settled in the parent and
 * that nothing edited leads to. What failed or was cancelled runs again.
 * @throws {UnknownForkNode}
 */
export function reusedFacts(parent: RunState, parentId: string, graph: Graph, change: ForkChange): RunFact[] {
  const again = nodesAgain(parent, graph, change)
  const edited = Object.keys(change.overrides)
  const sent = parent.messages.filter((message) => !again.has(topOf(message.from))).flatMap((message) => reuseMessage(message, again.has(topOf(message.to))))
  const written = reuseMemory(parent, (by) => !again.has(topOf(by)))
  const facts = Object.entries(parent.steps).flatMap(([key]) => (again.has(topOf(key)) ? [] : reuse(key, parent, parentId)))
  const turns = [...turnsTaken(parent, graph, change)].flatMap(([id, count]) => reuseTurns(id, count, parent, parentId, graph))
  const given = edited.flatMap((id): RunFact[] => {
    const output = change.overrides[id]?.output
    if (output === undefined) return []
    return [{ type: 'step.started', nodeId: id, attempt: 1 }, { type: 'step.completed', nodeId: id, attempt: 1, output, handle: handleFor(parent, id, output), pinned: true }]
  })
  return [...written, ...sent, ...facts, ...turns, ...given]
}

function topOf(key: string): string {
  return parseStepKey(key)[0]!.id
}

function memoryLinks({ memory }: RunState): { source: string; target: string }[] {
  const writers = new Map(memory.history.flatMap((access) => (access.kind === 'written' ? [[`${access.key} ${access.version}`, access.by]] : [])))
  return memory.history.flatMap((access) => {
    const writer = access.kind === 'read' ? writers.get(`${access.key} ${access.version}`) : undefined
    return writer === undefined ? [] : [{ source: topOf(writer), target: topOf(access.by) }]
  })
}

/** Writes of steps that are taken over, counted anew where one between them is left out. */
function reuseMemory({ memory }: RunState, kept: (by: string) => boolean): RunFact[] {
  const versions = new Map<string, number>()
  return memory.history.flatMap((access): RunFact[] => {
    if (access.kind === 'read' || !kept(access.by)) return []
    const version = (versions.get(access.key) ?? 0) + 1
    versions.set(access.key, version)
    return [{ type: 'memory.written', nodeId: access.by, attempt: 1, key: access.key, version, value: access.value }]
  })
}

/** Its time goes on from where the parent took it: what had expired stays so. Who receives again has not received yet. */
function reuseMessage({ id, from, to, payload, expiresAt, state }: Message, receivesAgain: boolean): RunFact[] {
  if (receivesAgain && state.kind === 'received') return [{ type: 'message.sent', nodeId: from, messageId: id, to, payload }]
  const sent: RunFact = { type: 'message.sent', nodeId: from, messageId: id, to, payload, ...(expiresAt !== undefined && { expiresAt }) }
  switch (state.kind) {
    case 'queued':
      return [sent]
    case 'received':
      return [sent, { type: 'message.received', nodeId: to, messageId: id, from }]
    case 'expired':
      return [sent, { type: 'message.expired', nodeId: from, messageId: id }]
    default:
      return unreachable(state)
  }
}

/**
 * The turns of the last attempt, counted anew. What it was asked stands with the first: the agent goes on behind them only if
 * it is asked the same. A call that failed is a result that the model has read, or will.
 */
function reuseTurns(id: string, count: number, parent: RunState, parentId: string, graph: Graph): RunFact[] {
  const turn = compileGraph(graph).loops.get(id)
  const step = stepOf(parent, id)
  if (!turn) return []
  return turnsSeen(parent, turn, id).slice(begunWith(step).firstTurn).slice(0, count).flatMap(({ modelKey, calls }, index) => {
    const as = (key: string): string => itemPrefix(id, index) + parseStepKey(key).at(-1)!.id
    return [...reuse(modelKey, parent, parentId, as(modelKey), index === 0 ? askedOf(step.input) : undefined), ...calls.flatMap(({ key }) => reuse(key, parent, parentId, as(key)))]
  })
}

/** @param as what it is called in the fork */
function reuse(key: string, parent: RunState, parentId: string, as = key, input = stepOf(parent, key).input): RunFact[] {
  const step = stepOf(parent, key)
  const reused = { runId: step.reusedFrom ?? parentId }
  const started: RunFact = { type: 'step.started', nodeId: as, attempt: 1, ...(input !== undefined && { input }), ...(step.subRun && { subRun: step.subRun }) }
  switch (step.state.kind) {
    case 'completed':
      return [started, { type: 'step.completed', nodeId: as, attempt: 1, output: step.state.output, handle: step.state.handle, reused }]
    case 'failed':
      return [started, { type: 'step.failed', nodeId: as, attempt: 1, error: step.state.error, reused }]
    case 'skipped':
      return [{ type: 'step.skipped', nodeId: as, reason: step.state.reason, reused }]
    default:
      return []
  }
}

/** An edited output leaves by the branch it names: a condition's boolean, an approval's decision; else as the parent did. */
function handleFor(parent: RunState, id: string, output: Json): string {
  const { state } = stepOf(parent, id)
  const before = state.kind === 'completed' ? state.handle : 'out'
  if (typeof output === 'boolean' && (before === 'true' || before === 'false')) return String(output)
  if (output !== null && typeof output === 'object' && !Array.isArray(output) && (before === 'approved' || before === 'rejected')) {
    return output.decision === 'reject' ? 'rejected' : 'approved'
  }
  return before
}
