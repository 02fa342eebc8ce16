import { sourceHandleOf } from '@/domain/graph/graph'
import { commonOf, type TypedNode } from '@/domain/graph/node-types'
import type { EpochMs, Json } from '@/domain/json'
import { isQueued, isReceive, nextMessage, waitOf } from './messages'
import { createKnownItems, type KnownItems, type OpenItems } from './open-items'
import type { Failure, SkipReason, SubRun } from './run-event'
import { itemPrefix, parseStepKey, withoutCount, type RunGraph } from './run-graph'
import { isFinished, isSettled, stepOf, type RunState, type Step } from './run-state'
import { handleOf, incomingOf, itemsOf, outputOf, soleValue } from './scope'
import { planTurns } from './tool-loop'
import { triedItem } from './trial'

/** What to do next. The engine acts; nothing here does. */
export type Plan =
  | { do: 'begin' }
  | { do: 'start'; key: string; attempt: number }
  | { do: 'skip'; key: string; reason: SkipReason }
  /** A map whose items have all ended, or an agent that called its tools and has its answer. */
  | { do: 'collect'; key: string; attempt: number; output: Json }
  | { do: 'give-up'; key: string; attempt: number; error: Failure }
  | { do: 'deliver'; key: string; attempt: number; messageId: string }
  /** A message nobody received in time. */
  | { do: 'drop'; messageId: string }
  /** A step whose time is over: it fails for good, and what goes on within it ends. */
  | { do: 'time-out'; key: string; attempt: number; timeoutMs: number }
  /** A run of another workflow that the step waits for: to be started where it is not, and to be followed to its end. */
  | { do: 'follow'; key: string; attempt: number; subRun: SubRun }
  /** An approval nobody answered in time, or a message that did not come. */
  | { do: 'expire'; key: string; attempt: number }
  | { do: 'wake'; at: EpochMs }
  | { do: 'wait'; keys: string[] }
  | { do: 'complete'; output: Json }
  | { do: 'fail'; error: Failure; key?: string }

/**
 * What a run needs now, given its state. Steps already running are left alone; nothing to do gives an empty list.
 * The same state always gives the same plan, so a restarted engine goes on where the log ends.
 * @param known kept from plan to plan of the same run; left out, everything is looked at
 */
export function planRun(run: RunState, graph: RunGraph, now: EpochMs, known = createKnownItems()): Plan[] {
  if (isFinished(run)) return []
  if (run.status === 'queued') return [{ do: 'begin' }]
  const level = planLevel(run, graph, '', now, known)
  planExpiry(run, now, level)
  if (level.plans.some((plan) => plan.do !== 'wake')) return level.plans
  if (level.done) return [endOf(run, graph)]
  const people = level.waiting
  const onlyPeople = people.length > 0 && level.running === people.length
  const told = run.status === 'waiting' && people.length === run.waitingFor.length
  return onlyPeople && !told ? [...level.plans, { do: 'wait', keys: people }] : level.plans
}

type Level = { plans: Plan[]; done: boolean; running: number; waiting: string[] }

function planLevel(run: RunState, graph: RunGraph, prefix: string, now: EpochMs, known: KnownItems): Level {
  const level: Level = { plans: [], done: true, running: 0, waiting: [] }
  for (const node of graph.order) {
    const key = prefix + node.id
    const step = stepOf(run, key)
    if (isSettled(step.state)) continue
    level.done = false
    if (step.state.kind === 'running') {
      level.running += 1
      planRunning(run, graph, node, key, step, now, level, known)
      continue
    }
    const gate = gateOf(run, graph, node, prefix)
    const handle = graph.passing.get(node.id)
    if (gate.kind === 'open' && handle !== undefined) level.plans.push({ do: 'skip', key, reason: { kind: 'disabled', output: soleValue(incomingOf(run, graph, prefix, node.id)), handle } })
    else if (gate.kind === 'open') level.plans.push({ do: 'start', key, attempt: 1 })
    else if (gate.kind === 'shut') level.plans.push({ do: 'skip', key, reason: gate.reason })
  }
  return level
}

function planRunning(run: RunState, graph: RunGraph, node: TypedNode, key: string, step: Step, now: EpochMs, level: Level, known: KnownItems): void {
  if (step.state.kind !== 'running') return
  const { attempt, since } = step.state
  const limit = limitOf(graph, node, step, since)
  if (limit && limit.at <= now) {
    level.plans.push({ do: 'time-out', key, attempt, timeoutMs: limit.timeoutMs })
    return
  }
  if (limit) level.plans.push({ do: 'wake', at: limit.at })
  if (step.wakeAt !== undefined) {
    level.plans.push(step.wakeAt <= now ? { do: 'start', key, attempt: attempt + 1 } : { do: 'wake', at: step.wakeAt })
    return
  }
  if (node.type === 'approval') {
    level.waiting.push(key)
    const timeoutMs = node.config.timeoutMs
    if (timeoutMs !== undefined) level.plans.push(since + timeoutMs <= now ? { do: 'expire', key, attempt } : { do: 'wake', at: since + timeoutMs })
    return
  }
  if (isReceive(node)) {
    // Like a map, it is at work only through others: people may be the only ones that are waited for.
    level.running -= 1
    const message = nextMessage(run, key, node, now)
    const until = since + waitOf(node.config)
    level.plans.push(message ? { do: 'deliver', key, attempt, messageId: message.id } : until <= now ? { do: 'expire', key, attempt } : { do: 'wake', at: until })
    return
  }
  if (node.type === 'subworkflow') {
    // Without one it is still being prepared.
    if (step.subRun) level.plans.push({ do: 'follow', key, attempt, subRun: step.subRun })
    return
  }
  if (node.type === 'map') {
    level.running -= 1
    planMap(run, graph, key, node, step, attempt, now, level, known)
  }
  const turn = graph.loops.get(node.id)
  if (node.type === 'agent' && turn) {
    level.running -= 1
    planLoop(run, turn, node, key, attempt, now, level, known)
  }
}

function planLoop(run: RunState, turn: RunGraph, agent: Extract<TypedNode, { type: 'agent' }>, key: string, attempt: number, now: EpochMs, level: Level, known: KnownItems): void {
  const plan = planTurns(run, turn, key, agent)
  if (plan.kind === 'done') return void level.plans.push({ do: 'collect', key, attempt, output: plan.output })
  if (plan.kind === 'failed') return void level.plans.push({ do: 'give-up', key, attempt, error: plan.error })
  for (const inner of plan.start) level.plans.push({ do: 'start', key: inner, attempt: 1 })
  for (const inner of plan.working) {
    level.running += 1
    const node = turn.nodes.get(withoutCount(parseStepKey(inner).at(-1)!.id))
    if (node) planRunning(run, turn, node, inner, stepOf(run, inner), now, level, known)
  }
}

/** The end of a run does not wait for it: what is left over then stays as it is. */
function planExpiry(run: RunState, now: EpochMs, level: Level): void {
  if (level.done) return
  for (const message of run.messages) {
    if (message.expiresAt === undefined || !isQueued(message)) continue
    level.plans.push(message.expiresAt <= now ? { do: 'drop', messageId: message.id } : { do: 'wake', at: message.expiresAt })
  }
}

/** When a step's time is over. Attempts of a map, a sub-workflow and an agent in turns are not timed by who works on them: nobody does. */
function limitOf(graph: RunGraph, node: TypedNode, step: Step, since: EpochMs): { at: EpochMs; timeoutMs: number } | undefined {
  const { timeoutMs, stepTimeoutMs } = commonOf(node)
  // Whoever does not answer in time is dealt with as the approval says, also when both times are over.
  const answeredFirst = node.type === 'approval' && timeoutMs !== undefined && timeoutMs <= (stepTimeoutMs ?? Infinity)
  const limits = [
    ...(stepTimeoutMs === undefined || answeredFirst ? [] : [{ at: (step.startedAt ?? since) + stepTimeoutMs, timeoutMs: stepTimeoutMs }]),
    ...((node.type === 'map' || node.type === 'subworkflow' || graph.loops.has(node.id)) && timeoutMs !== undefined ? [{ at: since + timeoutMs, timeoutMs }] : []),
  ]
  return limits.sort((a, b) => a.at - b.at)[0]
}

type MapNode = Extract<TypedNode, { type: 'map' }>

function planMap(run: RunState, graph: RunGraph, key: string, node: MapNode, step: Step, attempt: number, now: EpochMs, level: Level, known: KnownItems): void {
  const body = graph.bodies.get(node.id)
  if (!body) return
  const count = itemsOf(step).length
  const only = triedItem(run, key)
  const items = known.of(key, attempt, () => itemsAtFirst(run, body, key, count, only))
  const before = items.failure
  const done = new Set<number>()
  const open: Level[] = []
  // Only the first so many open items are at work, and stay among them until they are done: what is behind is as it was.
  for (const index of items.open) {
    if (open.length >= node.config.concurrency) break
    const prefix = itemPrefix(key, index)
    const failure = firstFailure(run, body, prefix)
    // Of one item, too, it is the first in the order of its nodes.
    if (failure && index <= (items.failure?.index ?? Infinity) && failure.key !== items.failure?.key) items.failure = { ...failure, index }
    if (staysShut(run, body, key, index, items)) continue
    const inner = planLevel(run, body, prefix, now, known)
    if (inner.done) done.add(index)
    else open.push(inner)
  }
  const { failure } = items
  if (done.size > 0 || failure !== before) items.open = items.open.filter((index) => !done.has(index) && !staysShut(run, body, key, index, items))
  for (const inner of open) {
    level.plans.push(...inner.plans)
    level.running += inner.running
    level.waiting.push(...inner.waiting)
  }
  if (open.length > 0) return
  if (failure) {
    const message = `${failure.key}: ${failure.error.message}`
    level.plans.push({ do: 'give-up', key, attempt, error: { ...failure.error, message, retryable: false } })
  } else {
    level.plans.push({ do: 'collect', key, attempt, output: indices(count, only).map((index) => resultOf(run, body, itemPrefix(key, index))) })
  }
}

/** What a fork took over may have failed in any of them. */
function itemsAtFirst(run: RunState, body: RunGraph, key: string, count: number, only: number | undefined): OpenItems {
  const items: OpenItems = { open: indices(count, only) }
  for (let index = 0; index < count && !items.failure; index++) {
    const failure = firstFailure(run, body, itemPrefix(key, index))
    if (failure) items.failure = { ...failure, index }
  }
  return items
}

function indices(count: number, only: number | undefined): number[] {
  return only === undefined ? Array.from({ length: count }, (_, index) => index) : only < count ? [only] : []
}

/** Behind an item that failed none begins. */
function staysShut(run: RunState, body: RunGraph, key: string, index: number, { failure }: OpenItems): boolean {
  return failure !== undefined && failure.index <= index && !hasBegun(run, body, itemPrefix(key, index))
}

function hasBegun(run: RunState, body: RunGraph, prefix: string): boolean {
  return body.order.some((node) => stepOf(run, prefix + node.id).state.kind !== 'pending')
}

type Gate = { kind: 'open' } | { kind: 'wait' } | { kind: 'shut'; reason: SkipReason }

/** Whether the edges into a node let it start: failures upstream shut it, branches not taken only when nothing else leads in. */
function gateOf(run: RunState, graph: RunGraph, node: TypedNode, prefix: string): Gate {
  const edges = graph.into.get(node.id) ?? []
  if (edges.length === 0) return { kind: 'open' }
  const any = node.type === 'merge' && node.config.mode === 'any'
  let taken = 0
  let undecided = 0
  let shut: SkipReason | undefined
  for (const edge of edges) {
    const source = stepOf(run, prefix + edge.source)
    const handle = handleOf(source)
    if (!isSettled(source.state)) undecided += 1
    else if (handle === sourceHandleOf(edge)) taken += 1
    else {
      const reason = reasonOf(source, edge.source, graph)
      if (!shut || reason.kind === 'upstream-failed') shut = reason
    }
  }
  if (any && taken > 0) return { kind: 'open' }
  if (!any && shut?.kind === 'upstream-failed') return { kind: 'shut', reason: shut }
  if (undecided > 0) return { kind: 'wait' }
  return taken > 0 || !shut ? { kind: 'open' } : { kind: 'shut', reason: shut }
}

function reasonOf(source: Step, id: string, graph: RunGraph): SkipReason {
  if (source.state.kind === 'completed') return { kind: 'branch-not-taken', cause: id }
  if (source.state.kind === 'failed') {
    const node = graph.nodes.get(id)
    return node && isCaught(graph, node) ? { kind: 'branch-not-taken', cause: id } : { kind: 'upstream-failed', cause: id }
  }
  if (source.state.kind === 'skipped' && source.state.reason.kind === 'upstream-failed') return source.state.reason
  return { kind: 'upstream-skipped', cause: id }
}

/** The first step of a level that failed with nothing to catch it. */
function firstFailure(run: RunState, graph: RunGraph, prefix: string): { error: Failure; key: string } | undefined {
  for (const node of graph.order) {
    const { state } = stepOf(run, prefix + node.id)
    if (state.kind === 'failed' && !isCaught(graph, node)) return { error: state.error, key: prefix + node.id }
  }
  return undefined
}

/** Whether a failure of the node goes on by its fallback branch. A branch that leads nowhere catches nothing. */
function isCaught(graph: RunGraph, node: TypedNode): boolean {
  return commonOf(node).onError === 'branch' && (graph.outOf.get(node.id) ?? []).some((edge) => sourceHandleOf(edge) === 'error')
}

function endOf(run: RunState, graph: RunGraph): Plan {
  const failure = firstFailure(run, graph, '')
  return failure ? { do: 'fail', ...failure } : { do: 'complete', output: resultOf(run, graph, '') }
}

/** What a level gives: its output nodes that ran, or where it has none, its last nodes that did. */
function resultOf(run: RunState, graph: RunGraph, prefix: string): Json {
  const outputs = graph.order.filter((node) => node.type === 'output')
  const ends = outputs.length > 0 ? outputs : graph.order.filter((node) => (graph.outOf.get(node.id) ?? []).length === 0)
  const values: Record<string, Json> = {}
  for (const node of ends) {
    const value = outputOf(stepOf(run, prefix + node.id))
    if (value !== undefined) values[node.id] = value
  }
  return soleValue(values)
}
