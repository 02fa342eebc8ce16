/**
 * FLOW: place runs, not requests. See docs/decisions/0004-flow.md.
 * F1. A run keeps its home; it leaves it only when it is gone or slow, or when the run would have to wait there although
 *     another has room: it is not among the oldest that fit, or its home has far more runs. Never while calls of it are in flight.
 * F2. Continuations of runs with a home go before new runs, the oldest run first.
 * F3. What does not fit an instance's KV cache waits here, where it can still be ordered.
 * F4. A new run is admitted where its footprint fits beside those of the runs at home.
 * F5. Every call that arrives is placed as soon as some usable instance has been empty for `patienceMs`: nothing waits for ever.
 * F6. A party (a workflow, a caller) of few waiting calls does not starve behind one of many: where it has waited for
 *     `fair.patienceMs` and the other was given far more, its call goes first, and the room that it needs is kept from the other.
 */
import type { EpochMs } from '@/domain/json'
import type { CostTerms } from './candidate'
import { createFairShare, fairDefaults, partyOf, type FairSettings } from './fair-share'
import { createFlowRuns, isSenior, OUTPUT_SHARE, type FlowRun } from './flow-runs'
import { createLedger } from './ledger'
import { createOrderedList } from './ordered-list'
import { cachedBlocks, holdsBlocks } from './prefix-index'
import { sharedBlocks } from './prefix-tree'
import { maySend, type Fleet, type Placement, type RouteCall, type ScheduledInstance, type Scheduler } from './scheduler'

export type FlowSettings = {
  /** Share of the KV cache that placed calls may take. */
  gate: number
  /** Share of the KV cache that the footprints of the runs at home may take, for new runs. */
  admission: number
  /** The same, for the oldest runs to stay resident. */
  residency: number
  /** Part of what a run is still expected to grow that counts toward its footprint. */
  growth: number
  /** Tokens of remaining work that a millisecond of waiting outweighs. */
  agingPerMs: number
  /** Waiting that one step of priority outweighs. */
  priorityMs: number
  /** Times the runs of the best other instance before a home is left. */
  spill: number
  /** Smaller calls that may pass one that does not fit. */
  backfill: number
  slow: number
  /** A run that says what is to come keeps its room for so long between two calls. */
  idleMs: number
  /** An instance without calls is not kept empty for longer, whoever has claims there. */
  patienceMs: number
  /** F6. */
  fair: FairSettings
}
export const flowDefaults: FlowSettings = { gate: 0.97, admission: 1, residency: 1, growth: 0.4, agingPerMs: 0.3, priorityMs: 10_000, spill: 2.5, backfill: 8, slow: 2, idleMs: 60_000, patienceMs: 1_000, fair: fairDefaults }

type Best = { instance: ScheduledInstance; cached: number }
type Turn = { now: EpochMs; placed: Placement[]; /** Where a continuation waits for room: nobody may pass it there. */ blocked: Set<ScheduledInstance> }

export function createFlow(fleet: Fleet, settings: Partial<FlowSettings> = {}): Scheduler {
  const knobs = { ...flowDefaults, ...settings }
  const runs = createFlowRuns({ ...knobs, fleet })
  /** Runs with calls that wait: those with a home, and those without. */
  const continuing = createOrderedList<FlowRun>(isSenior)
  const fresh = createOrderedList<FlowRun>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.order < b.order))
  const plain = new Set<RouteCall>()
  const waiting = new Map<string, RouteCall>()
  const ledger = createLedger(fleet, 'flow')
  const shares = createFairShare(knobs.fair)
  /** F6. Who gives way, and where. */
  let givesWay: { party: string; at: Set<ScheduledInstance> } | undefined
  const emptySince = new Map<ScheduledInstance, EpochMs>()

  const termsAt = (instance: ScheduledInstance): CostTerms => ({
    runs: runs.countAt(instance), slowness: instance.slowness,
    claimShare: runs.heldAt(instance) / instance.kvTokens,
    kvShare: (instance.pinned.size * fleet.blockTokens + OUTPUT_SHARE * instance.growthTokens) / instance.kvTokens,
  })
  const runOf = (call: RouteCall): FlowRun | undefined => (call.runKey === undefined ? undefined : runs.get(call.runKey))
  const listOf = (run: FlowRun) => (run.home ? continuing : fresh)
  const isEmpty = (instance: ScheduledInstance): boolean => instance.calls.size === 0

  /** F3, with F5's way out. What is known to be cached is asked only where it decides. */
  function fits(call: RouteCall, instance: ScheduledInstance): boolean {
    if (!maySend(instance, call)) return false
    if (isEmpty(instance)) return true
    if (givesWay?.at.has(instance) && partyOf(call) === givesWay.party) return false
    if (instance.calls.size >= instance.maxSeqs) return false
    const room = knobs.gate * instance.kvTokens - instance.pinned.size * fleet.blockTokens - OUTPUT_SHARE * (instance.growthTokens + call.outputTokens)
    if (call.promptTokens <= room) return true
    if (room < 0) return false
    const shared = Math.max(cachedBlocks(fleet.prefixes, instance.id, call.blocks), sharedBlocks(instance.pinned, call.blocks)) * fleet.blockTokens
    return Math.max(0, call.promptTokens - shared) <= room
  }

  /** F4, with F5's way out. */
  function hasRoom(run: FlowRun, call: RouteCall, instance: ScheduledInstance, { blocked, now }: Turn): boolean {
    if (blocked.has(instance)) return false
    const need = Math.max(runs.footprint(run), call.promptTokens + OUTPUT_SHARE * call.outputTokens)
    if (runs.heldAt(instance, run) + need > knobs.admission * instance.kvTokens && !(isEmpty(instance) && (runs.countAt(instance) === 0 || now - (emptySince.get(instance) ?? 0) >= knobs.patienceMs))) return false
    return fits(call, instance)
  }

  /** The fewest runs, weighted by speed; among equals the one that holds most of the prompt, then the one with fewest calls. */
  function bestHome(run: FlowRun, call: RouteCall, turn: Turn, except?: ScheduledInstance): ScheduledInstance | undefined {
    return best(call, (instance) => (runs.countAt(instance) + instance.external + 1) * drag(instance), (instance) => instance !== except && hasRoom(run, call, instance, turn))?.instance
  }

  /** What each holds of the prompt is asked only among those with the least load: with hundreds of instances it is what a decision takes. */
  function best(call: RouteCall, loadOf: (instance: ScheduledInstance) => number, isFit: (instance: ScheduledInstance) => boolean): Best | undefined {
    let least = Infinity
    let equals: ScheduledInstance[] = []
    for (const instance of fleet.instances) {
      const load = loadOf(instance)
      if (load > least || !isFit(instance)) continue
      if (load < least) equals = []
      least = load
      equals.push(instance)
    }
    return equals.reduce<Best | undefined>((found, instance) => (found && !isBetter(found, call, instance) ? found : { instance, cached: cachedBlocks(fleet.prefixes, instance.id, call.blocks) }), undefined)
  }

  function isBetter({ instance: { calls }, cached }: Best, call: RouteCall, instance: ScheduledInstance): boolean {
    const holds = (count: number): boolean => holdsBlocks(fleet.prefixes, instance.id, call.blocks, count)
    return holds(cached + 1) || (instance.calls.size < calls.size && holds(cached))
  }

  const isSlow = (instance: ScheduledInstance): boolean => instance.slowness > knobs.slow
  /** Small differences are noise, and would move runs about. */
  const drag = (instance: ScheduledInstance): number => (isSlow(instance) ? instance.slowness : 1)

  function isCrowded(home: ScheduledInstance): boolean {
    const here = runs.countAt(home)
    return here > knobs.spill && fleet.instances.some((one) => one !== home && one.usable && here > knobs.spill * Math.max(1, runs.countAt(one)))
  }

  function send(call: RouteCall, instance: ScheduledInstance, reason: Placement['reason'], turn: Turn, home = instance): void {
    const placement = ledger.put(call, instance, reason, termsAt)
    turn.placed.push(placement)
    waiting.delete(call.id)
    shares.left(call)
    shares.took(call, placement.load.uncachedTokens + call.outputTokens, turn.now)
    const run = runOf(call)
    if (run) {
      const list = listOf(run)
      runs.sent(run, call, home)
      if (run.waiting.size === 0) list.remove(run)
      else if (list === fresh) (fresh.remove(run), continuing.add(run))
    } else plain.delete(call)
  }

  function placeContinuation(run: FlowRun, call: RouteCall, turn: Turn, mayMove: boolean): 'sent' | 'waits' | 'nowhere' {
    const home = run.home!
    // A home that has failed this very call is none for it, whatever else is under way there.
    const usable = maySend(home, call)
    const isHeld = run.inFlight > 0
    if (usable && (isHeld || (runs.isResident(run, home) && !isSlow(home)))) {
      if (fits(call, home)) return send(call, home, 'home', turn), 'sent'
      if (call.maySpread && placeAnywhere(call, turn, home)) return 'sent'
      if (isHeld || !isCrowded(home)) return turn.blocked.add(home), 'waits'
    }
    const other = mayMove ? bestHome(run, call, turn, home) : undefined
    if (other) return send(call, other, 'moved', turn), 'sent'
    const maySqueezeIn = usable && (runs.isResident(run, home) || (isEmpty(home) && turn.now - (emptySince.get(home) ?? 0) >= knobs.patienceMs))
    if (maySqueezeIn && fits(call, home)) return send(call, home, 'home', turn), 'sent'
    return 'nowhere'
  }

  /** F2. Looking for another home is dear: as many as may be passed over may look. */
  function placeContinuations(turn: Turn): void {
    let looked = 0
    for (const run of [...continuing.items]) {
      for (const call of [...run.waiting]) if (placeContinuation(run, call, turn, looked < knobs.backfill) === 'nowhere') looked += 1
    }
  }

  /** The fewest calls, among equals the longest prefix; a run's home stays what it is. */
  function placeAnywhere(call: RouteCall, turn: Turn, home?: ScheduledInstance): boolean {
    const found = best(call, (instance) => (instance.calls.size + instance.external) * drag(instance), (instance) => !turn.blocked.has(instance) && fits(call, instance))
    if (found) send(call, found.instance, found.cached > 0 ? 'prefix' : 'spread', turn, home)
    return found !== undefined
  }

  function placePlain(turn: Turn): void {
    let passed = 0
    for (const call of plain) if (!placeAnywhere(call, turn) && ++passed > knobs.backfill) return
  }

  /** The first call of a new run gives it a home; its siblings follow it there. */
  function placeFresh(turn: Turn): void {
    let passed = 0
    for (const run of [...fresh.items]) {
      for (const call of [...run.waiting]) {
        if (run.home) {
          placeContinuation(run, call, turn, false)
          continue
        }
        const home = bestHome(run, call, turn)
        if (home) send(call, home, 'admitted', turn)
        else if (++passed > knobs.backfill) return
        else break
      }
    }
  }

  /** F6. */
  function placeOverdue(turn: Turn): void {
    givesWay = undefined
    const overdue = shares.overdue(turn.now)
    for (const call of overdue?.calls.slice(0, knobs.backfill) ?? []) {
      const needs = placeFirst(call, turn)
      if (!needs) continue
      givesWay ??= { party: overdue!.to, at: new Set() }
      givesWay.at.add(needs)
    }
  }

  /** Where there is room for the call itself: what runs claim for later does not keep it out. @returns where it waits for room */
  function placeFirst(call: RouteCall, turn: Turn): ScheduledInstance | undefined {
    const home = runOf(call)?.home
    const stays = home !== undefined && maySend(home, call)
    const open = stays ? [home] : fleet.instances.filter((one) => maySend(one, call))
    const emptiest = (instances: readonly ScheduledInstance[]) => instances.reduce<ScheduledInstance | undefined>((best, one) => (!best || one.pinned.size < best.pinned.size ? one : best), undefined)
    const best = emptiest(open.filter((one) => fits(call, one)))
    if (!best) return emptiest(open)
    send(call, best, stays ? 'home' : home ? 'moved' : call.runKey === undefined ? 'spread' : 'admitted', turn)
    return undefined
  }

  function leaveLostHomes(): void {
    for (const instance of runs.homes()) {
      if (instance.usable) continue
      for (const run of runs.leaveAll(instance)) if (run.waiting.size > 0) (continuing.remove(run), fresh.add(run))
    }
  }

  return {
    name: 'flow',
    arrive(call) {
      waiting.set(call.id, call)
      shares.waits(call)
      if (call.runKey === undefined) return void plain.add(call)
      const known = runs.get(call.runKey)
      if (known) listOf(known).remove(known)
      const run = runs.arrive(call, call.runKey, call.arrivedAt)
      listOf(run).add(run)
    },
    leave(callId, now) {
      const call = waiting.get(callId)
      if (!call || !waiting.delete(callId)) return
      shares.left(call)
      plain.delete(call)
      const run = runOf(call)
      if (!run) return
      const list = listOf(run)
      if (run.waiting.size === 1) list.remove(run)
      runs.left(run, call, now)
    },
    place(now) {
      if (waiting.size === 0) return []
      runs.expire(now)
      leaveLostHomes()
      const turn: Turn = { now, placed: [], blocked: new Set() }
      placeOverdue(turn)
      placeContinuations(turn)
      placePlain(turn)
      placeFresh(turn)
      return turn.placed
    },
    begun: ledger.begun,
    finish(callId, outputTokens, now) {
      const ended = ledger.end(callId)
      if (!ended) return undefined
      const { call, instance, load } = ended
      if (isEmpty(instance)) emptySince.set(instance, now)
      const run = runOf(call)
      if (run) runs.ended(run, call, outputTokens, now)
      return load
    },
    waiting: () => waiting.size,
  }
}
