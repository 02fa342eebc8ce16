// N1. Observed times are a solution: working the network out unchanged gives back what the log says.
// N2. A step that takes longer never makes the run end sooner.
// N3. A step may take as much longer as its slack, and the run ends when it did; only where it changes which item of a
//     map, or which call of an agent's turn, takes a place that becomes free may the two differ, since slack takes places to change hands as they did.
import { sourceHandleOf, type GraphEdge } from '@/domain/graph/graph'
import { commonOf, type TypedNode } from '@/domain/graph/node-types'
import type { EpochMs } from '@/domain/json'
import { itemPrefix, parseStepKey, withoutCount, type RunGraph } from './run-graph'
import { isFinished, isSettled, stepOf, type RunState, type Step } from './run-state'
import { handleOf, itemsOf } from './scope'
import { barsOf } from './step-bars'
import { turnsSeen } from './tool-loop'

/** Time at work that a what-if stretches; pauses before a retry are none. */
type Work = { key: string; ms: number }

/**
 * A moment that follows from earlier ones: `plus` ms after the last of `after`, or after the first of them.
 * `freed`: after the earliest end of an item in the pool, whose place it takes; `after` then holds the item it was.
 */
type Point = { pick: 'last' | 'first' | 'freed'; after: readonly number[]; plus: number; work?: Work; pool?: number; frees?: number }

/** What waited for what as the run really went. Points stand in an order in which each follows those it waits for. */
export type RunNetwork = {
  points: readonly Point[]
  /** Epoch ms of each point, as observed. */
  at: readonly EpochMs[]
  /** Points of each step that began or was skipped. */
  begin: ReadonlyMap<string, number>
  end: ReadonlyMap<string, number>
}

type Draft = { run: RunState; now: EpochMs; points: Point[]; at: EpochMs[]; begin: Map<string, number>; end: Map<string, number>; pools: number[][] }

/** @param now where what goes on is taken to end */
export function networkOf(run: RunState, graph: RunGraph, now: EpochMs): RunNetwork {
  const draft: Draft = { run, now, points: [], at: [], begin: new Map(), end: new Map(), pools: [] }
  const start = add(draft, { pick: 'last', after: [] }, run.startedAt ?? run.createdAt ?? now)
  const ends = addLevel(draft, graph, '', start)
  add(draft, { pick: 'last', after: [start, ...ends] }, isFinished(run) ? (run.finishedAt ?? now) : now)
  return draft
}

/** Adds a point at an observed time; what the points before do not explain becomes its own delay. */
function add({ points, at }: Draft, point: Omit<Point, 'plus'>, observed: EpochMs): number {
  points.push({ ...point, plus: observed - picked(point, at) })
  return at.push(observed) - 1
}

function picked({ pick, after }: Pick<Point, 'pick' | 'after'>, times: readonly EpochMs[]): EpochMs {
  if (after.length === 0) return 0
  let best = times[after[0]!]!
  for (const point of after) best = pick === 'first' ? Math.min(best, times[point]!) : Math.max(best, times[point]!)
  return best
}

/** @returns the ends of its steps */
function addLevel(draft: Draft, level: RunGraph, prefix: string, floor: number): number[] {
  return level.order.flatMap((node) => {
    const key = prefix + node.id
    const step = stepOf(draft.run, key)
    // A result that a fork took over was there before the run began: it waited for nothing.
    return addStep(draft, level, node, key, () => (step.reusedFrom === undefined ? gateOf(draft, level, prefix, node, step, floor) : { pick: 'last', after: [] })) ?? []
  })
}

/** @returns its end; undefined where it has neither begun nor been skipped */
function addStep(draft: Draft, level: RunGraph, node: TypedNode, key: string, gate: () => Omit<Point, 'plus'>): number | undefined {
  const step = stepOf(draft.run, key)
  const from = beganAt(step)
  if (from === undefined) return undefined
  const begin = add(draft, gate(), from)
  draft.begin.set(key, begin)
  const to = Math.max(from, step.finishedAt ?? draft.now)
  const inside = step.reusedFrom === undefined ? addInside(draft, level, node, key, step, begin) : []
  const end = add(draft, inside.length > 0 ? { pick: 'last', after: [begin, ...inside] } : { pick: 'last', after: [begin], work: { key, ms: workOf(step, draft.now) } }, to)
  draft.end.set(key, end)
  return end
}

/** @returns the ends of what the step itself only waits for */
function addInside(draft: Draft, level: RunGraph, node: TypedNode, key: string, step: Step, begin: number): number[] {
  const turn = level.loops.get(node.id)
  if (node.type === 'map') return addItems(draft, level, key, node, step, begin)
  return node.type === 'agent' && turn ? addTurns(draft, turn, key, node.config.toolConcurrency, begin) : []
}

/** Undefined for a step that has neither begun nor been skipped. */
function beganAt(step: Step): EpochMs | undefined {
  return step.startedAt ?? step.finishedAt
}

/** What the step waited for. A merge of the first opens with the first branch that arrives; a failure upstream shuts at once. */
function gateOf(draft: Draft, level: RunGraph, prefix: string, node: TypedNode, step: Step, floor: number): Omit<Point, 'plus'> {
  const settled = (level.into.get(node.id) ?? []).filter((edge) => isSettled(stepOf(draft.run, prefix + edge.source).state))
  const endsOf = (edges: readonly GraphEdge[]) => edges.flatMap((edge) => draft.end.get(prefix + edge.source) ?? [])
  const any = node.type === 'merge' && node.config.mode === 'any'
  const skipped = step.state.kind === 'skipped' ? step.state.reason.kind : undefined
  const first = any && skipped === undefined ? endsOf(settled.filter((edge) => handleOf(stepOf(draft.run, prefix + edge.source)) === sourceHandleOf(edge)))
    : !any && skipped === 'upstream-failed' ? endsOf(settled.filter((edge) => isShut(stepOf(draft.run, prefix + edge.source), level.nodes.get(edge.source))))
      : []
  if (first.length > 0) return { pick: 'last', after: [floor, add(draft, { pick: 'first', after: first }, picked({ pick: 'first', after: first }, draft.at))] }
  return { pick: 'last', after: [floor, ...endsOf(settled)] }
}

/** A failure that its own error branch catches shuts nothing. */
function isShut({ state }: Step, node: TypedNode | undefined): boolean {
  return (state.kind === 'failed' && node !== undefined && commonOf(node).onError !== 'branch') || (state.kind === 'skipped' && state.reason.kind === 'upstream-failed')
}

/** @returns the ends of the items that began; those beyond `concurrency` take the place of one that ended */
function addItems(draft: Draft, level: RunGraph, key: string, node: Extract<TypedNode, { type: 'map' }>, step: Step, begin: number): number[] {
  const body = level.bodies.get(node.id)
  if (!body) return []
  const begun = itemsOf(step).map((_, index) => itemPrefix(key, index)).filter((prefix) => body.order.some((inner) => beganAt(stepOf(draft.run, prefix + inner.id)) !== undefined))
  return addInPlaces(draft, node.config.concurrency, begin, begun.map((prefix) => (slot: number) => addLevel(draft, body, prefix, slot)))
}

/** Turns of an agent follow one another, through all its attempts; in each the calls that the model's answer names share places. */
function addTurns(draft: Draft, turn: RunGraph, key: string, concurrency: number, begin: number): number[] {
  let before = [begin]
  for (const { modelKey, calls } of turnsSeen(draft.run, turn, key)) {
    const addOne = (one: string, after: readonly number[]): number[] => {
      const node = turn.nodes.get(withoutCount(parseStepKey(one).at(-1)!.id))
      // A turn that a fork took over was there before the run began.
      const end = node && addStep(draft, turn, node, one, () => ({ pick: 'last', after: stepOf(draft.run, one).reusedFrom === undefined ? after : [] }))
      return end === undefined ? [] : [end]
    }
    const [asked] = addOne(modelKey, before)
    if (asked === undefined) break
    const begun = calls.filter((call) => beganAt(stepOf(draft.run, call.key)) !== undefined)
    const ends = addInPlaces(draft, concurrency, asked, begun.map((call) => (slot: number) => addOne(call.key, [slot])))
    before = [asked, ...ends]
  }
  return before[0] === begin ? [] : before
}

/** What stands side by side with no more than so many at once. @returns the ends; those beyond take the place of one that ended */
function addInPlaces(draft: Draft, concurrency: number, begin: number, all: readonly ((slot: number) => readonly number[])[]): number[] {
  const pool = draft.pools.push([]) - 1
  const free = draft.pools[pool]!
  const ends: number[] = []
  for (const addOne of all) {
    const giver = ends.length < concurrency ? undefined : takeEarliest(free, (end) => draft.at[end]!)
    const slot = giver === undefined ? begin : add(draft, { pick: 'freed', after: [giver], pool }, draft.at[giver]!)
    const after = [slot, ...addOne(slot)]
    const end = add(draft, { pick: 'last', after, frees: pool }, picked({ pick: 'last', after }, draft.at))
    free.push(end)
    ends.push(end)
  }
  return ends
}

function takeEarliest<T>(pool: T[], timeOf: (item: T) => EpochMs): T | undefined {
  let best = 0
  for (let index = 1; index < pool.length; index++) if (timeOf(pool[index]!) < timeOf(pool[best]!)) best = index
  return pool.splice(best, 1)[0]
}

function workOf(step: Step, now: EpochMs): number {
  return barsOf(step, false).reduce((sum, bar) => (bar.kind === 'backoff' ? sum : sum + Math.max(0, (bar.to ?? now) - bar.from)), 0)
}

/**
 * When the run would end if `key` (for a map: every step in it) took `times` as long. Pauses before retries, delays between
 * steps and what ran side by side stay; queues on the instances are taken to be as they were.
 */
export function endIf({ points }: RunNetwork, key: string, times: number): EpochMs {
  const at: EpochMs[] = []
  const pools = new Map<number, EpochMs[]>()
  for (const point of points) {
    const { pick, plus, work, pool, frees } = point
    const from = pick === 'freed' ? (takeEarliest(pools.get(pool!) ?? [], (time) => time) ?? 0) : picked(point, at)
    const stretched = work && (work.key === key || work.key.startsWith(`${key}[`)) ? (times - 1) * work.ms : 0
    at.push(from + plus + stretched)
    if (frees !== undefined) pools.set(frees, (pools.get(frees) ?? []).concat(at.at(-1)!))
  }
  return at.at(-1)!
}

/** The latest each point may come without the run ending later, every step waiting for what it really waited for. */
function latestOf({ points, at }: RunNetwork): number[] {
  const latest = points.map(() => Infinity)
  latest[points.length - 1] = at.at(-1)!
  for (let index = points.length - 1; index >= 0; index--) {
    const { pick, after, plus } = points[index]!
    for (const point of pick === 'first' ? [binding(points[index]!, at)!] : after) latest[point] = Math.min(latest[point]!, latest[index]! - plus)
  }
  return latest
}

/** How much longer each step could take with the run ending when it did, in ms. Results taken over have none. */
export function slackOf(network: RunNetwork): Map<string, number> {
  const latest = latestOf(network)
  return new Map([...network.end].flatMap(([key, end]) => (network.points[network.begin.get(key)!]!.after.length === 0 ? [] : [[key, latest[end]! - network.at[end]!]])))
}

/** The chain of steps that the run's end waited for, first to last; of chains equally long one. A map stands before its inner steps. */
export function criticalPath({ points, at, begin, end }: RunNetwork): string[] {
  const stepOfPoint = new Map([...end, ...begin].map(([key, point]) => [point, key]))
  const path = new Set<string>()
  for (let point: number | undefined = points.length - 1; point !== undefined; point = binding(points[point]!, at)) {
    const key = stepOfPoint.get(point)
    // Re-added at its begin, so that a map comes out before what is inside it.
    if (key !== undefined && points[begin.get(key)!]!.after.length > 0) {
      path.delete(key)
      path.add(key)
    }
  }
  return [...path].reverse()
}

/** The point that was waited for; of several at the same time the last named, which is a step rather than the start. */
function binding(point: Point, at: readonly EpochMs[]): number | undefined {
  const time = picked(point, at)
  return point.after.findLast((one) => at[one] === time)
}
