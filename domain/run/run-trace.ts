import type { TypedNode } from '@/domain/graph/node-types'
import type { EpochMs } from '@/domain/json'
import type { Route } from './run-event'
import { itemPrefix, parseStepKey, withoutCount, type RunGraph } from './run-graph'
import { criticalPath, networkOf, slackOf, type RunNetwork } from './run-network'
import { stepOf, type Attempt, type RunState, type Step } from './run-state'
import { itemsOf } from './scope'
import { barsOf, type Bar, type BarKind } from './step-bars'
import { turnsSeen } from './tool-loop'

/** `unsplit`: the call goes on or broke off, and the log does not say yet how long of it was queue. */
export type PhaseKind = 'queue' | 'prefill' | 'decode' | 'overhead' | 'unsplit'
/** `to` undefined: it goes on. */
export type Phase = { kind: PhaseKind; from: EpochMs; to: EpochMs | undefined }

/** A stretch of time of a run, with those inside it; `to` undefined while it goes on. */
export type Span = { id: string; depth: number; from: EpochMs; to: EpochMs | undefined; children: readonly Span[] } & (
  | { kind: 'run' }
  /** `slackMs`: how much longer it could take with the run ending when it did; unknown for a result taken over. */
  | { kind: 'step'; key: string; bars: readonly Bar[]; phases: readonly Phase[]; slackMs: number | undefined; critical: boolean }
  /** `key`: the map's, or for a turn the agent's. */
  | { kind: 'item' | 'turn'; key: string; index: number; critical: boolean }
  | { kind: 'attempt' | 'pause'; key: string; attempt: number; bar: BarKind }
  | { kind: 'call'; key: string; attempt: number; phases: readonly Phase[]; route: Route | undefined }
)
export type StepSpan = Extract<Span, { kind: 'step' }>

export type RunTrace = { root: Span; network: RunNetwork; /** Steps that the end of the run waited for, first to last. */ path: readonly string[] }

/** The step's own span, however deep it stands. */
export function spanOfStep({ root }: RunTrace, key: string): StepSpan | undefined {
  const stack: Span[] = [root]
  for (let span = stack.pop(); span; span = stack.pop()) {
    if (span.kind === 'step' && span.key === key) return span
    // What stands inside a step or an item is named after it.
    if (span.kind === 'run' || key.startsWith(span.id)) stack.push(...span.children)
  }
  return undefined
}

type Known = { run: RunState; slack: ReadonlyMap<string, number>; path: ReadonlySet<string> }

/**
 * The run as nested stretches of time: steps, a map's items, attempts, model calls. Linear in the steps but for sorting.
 * @param now where what goes on is taken to have come to
 */
export function traceRun(run: RunState, graph: RunGraph, now: EpochMs): RunTrace {
  const network = networkOf(run, graph, now)
  const path = criticalPath(network)
  const children = levelSpans({ run, slack: slackOf(network), path: new Set(path) }, graph, '', 1)
  const from = Math.min(run.createdAt ?? run.startedAt ?? now, children[0]?.from ?? Infinity)
  return { root: { id: 'run', kind: 'run', depth: 0, from, to: run.finishedAt, children }, network, path }
}

function levelSpans(known: Known, level: RunGraph, prefix: string, depth: number): Span[] {
  return level.order.flatMap((node) => stepSpan(known, level, node, prefix + node.id, depth) ?? []).sort((a, b) => a.from - b.from)
}

function stepSpan(known: Known, level: RunGraph, node: TypedNode, key: string, depth: number): StepSpan | undefined {
  const step = stepOf(known.run, key)
  const from = step.startedAt ?? step.finishedAt
  if (from === undefined) return undefined
  const bars = barsOf(step, known.run.waitingFor.includes(key))
  const turn = level.loops.get(node.id)
  const attempts = bars.length > 1 || (node.type === 'agent' && !turn) ? bars.map((bar) => attemptSpan(node.type === 'agent' && !turn, key, step, bar, depth + 1)) : []
  const items = node.type === 'map' ? itemSpans(known, level, node.id, key, step, depth + 1) : turn ? turnSpans(known, turn, key, depth + 1) : []
  return {
    id: key, kind: 'step', key, depth, from, to: step.finishedAt, bars,
    phases: attempts.flatMap((attempt) => attempt.children.flatMap((call) => (call.kind === 'call' ? call.phases : []))),
    slackMs: known.slack.get(key), critical: known.path.has(key),
    children: step.reusedFrom === undefined ? [...attempts, ...items] : items,
  }
}

function itemSpans(known: Known, level: RunGraph, id: string, key: string, step: Step, depth: number): Span[] {
  const body = level.bodies.get(id)
  if (!body) return []
  return itemsOf(step).flatMap((_, index): Span[] => {
    return spanAround('item', key, index, depth, levelSpans(known, body, itemPrefix(key, index), depth + 1))
  })
}

function turnSpans(known: Known, turn: RunGraph, key: string, depth: number): Span[] {
  return turnsSeen(known.run, turn, key).flatMap(({ index, modelKey, calls }) => {
    const inner = [modelKey, ...calls.map((call) => call.key)].flatMap((one) => {
      const node = turn.nodes.get(withoutCount(parseStepKey(one).at(-1)!.id))
      return (node && stepSpan(known, turn, node, one, depth + 1)) ?? []
    })
    return spanAround('turn', key, index, depth, inner.sort((a, b) => a.from - b.from))
  })
}

function spanAround(kind: 'item' | 'turn', key: string, index: number, depth: number, children: readonly Span[]): Span[] {
  if (children.length === 0) return []
  const ends = children.map((child) => child.to)
  const to = ends.some((end) => end === undefined) ? undefined : ends.reduce<number>((last, end) => Math.max(last, end!), -Infinity)
  return [{ id: `${key}[${index}]`, kind, key, index, depth, from: children[0]!.from, to, children, critical: children.some((child) => child.kind === 'step' && child.critical) }]
}

function attemptSpan(calls: boolean, key: string, step: Step, bar: Bar, depth: number): Span {
  const common = { key, depth, from: bar.from, to: bar.to, attempt: bar.attempt, bar: bar.kind }
  if (bar.kind === 'backoff') return { ...common, id: `${key}#${bar.attempt}…`, kind: 'pause', children: [] }
  return { ...common, id: `${key}#${bar.attempt}`, kind: 'attempt', children: calls ? [callSpan(key, step, bar, depth + 1)] : [] }
}

function callSpan(key: string, step: Step, bar: Bar, depth: number): Span {
  const attempt = step.attempts.find((one) => one.attempt === bar.attempt)
  // Only the attempt that completed left its route in the log.
  const route = bar.kind === 'completed' ? step.route : undefined
  return { id: `${key}#${bar.attempt}/call`, kind: 'call', key, depth, from: bar.from, to: bar.to, attempt: bar.attempt, children: [], route, phases: phasesOf(bar, route, attempt?.textAt) }
}

/**
 * Parts of an attempt that calls a model; together they are the attempt, without a hole. The engine sends the call as the
 * attempt begins, so what the router did not measure (reading the answer, writing it to the log) stands at the end.
 */
export function phasesOf({ from, to }: Pick<Bar, 'from' | 'to'>, route: Route | undefined, textAt: Attempt['textAt']): Phase[] {
  const end = to ?? Infinity
  const cuts: [PhaseKind, number][] = route
    ? [['queue', from + route.queueMs], ['prefill', from + route.queueMs + route.prefillMs], ['decode', from + route.queueMs + route.prefillMs + route.decodeMs], ['overhead', end]]
    : textAt === undefined ? [['unsplit', end]] : [['unsplit', textAt], ['decode', end]]
  let at = from
  return cuts.flatMap(([kind, until]) => {
    const cut = Math.max(at, Math.min(until, end))
    const phase: Phase = { kind, from: at, to: cut === Infinity ? undefined : cut }
    const empty = cut === at
    at = cut
    return empty ? [] : [phase]
  })
}

/** What a node took before: of its executions in other runs. */
export type Typical = { executions: number; p50: number }

/** Fewer say nothing of what is typical. */
const ENOUGH_EXECUTIONS = 5
/** Times the median from which a step is slow, and by how much at least: short steps vary for no reason. */
const SLOW_TIMES = 2
const SLOW_BY_MS = 100

/** Undefined where the history does not tell. */
export function isSlow(durationMs: number, typical: Typical | undefined): boolean | undefined {
  if (!typical || typical.executions < ENOUGH_EXECUTIONS) return undefined
  return durationMs >= typical.p50 * SLOW_TIMES && durationMs - typical.p50 >= SLOW_BY_MS
}
