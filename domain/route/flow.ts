/**
 * FLOW: place runs, not requests. See docs/decisions/0004-flow.md.
 * F1. A run keeps its home; it leaves it only when it is gone or slow, when it has to wait there and there is room
 *     elsewhere, or when its home has far more runs than another. Never while calls of it are in flight.
 * F2. Continuations of runs with a home go before new runs, the oldest run first.
 * F3. What does not fit an instance's KV cache waits here, where it can still be ordered.
 * F4. A new run is admitted where its footprint fits beside those of the runs at home.
 * F5. Every call that arrives is placed as soon as some usable instance is empty: nothing waits for ever.
 */
import type { EpochMs } from '@/domain/json'
import { cachedBlocks, recordPrefix } from './prefix-index'
import { candidatesOf, maySend, occupy, vacate, type Fleet, type Placement, type RouteCall, type ScheduledInstance, type Scheduler } from './scheduler'

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
  /** Times the runs of the best other instance before a home is left. */
  spill: number
  /** Smaller new runs that may pass one that does not fit. */
  backfill: number
  slow: number
  /** A run without calls for so long is forgotten. */
  idleMs: number
}
export const flowDefaults: FlowSettings = { gate: 0.97, admission: 1, residency: 1, growth: 0.15, agingPerMs: 0.3, spill: 2.5, backfill: 8, slow: 1.6, idleMs: 60_000 }

/** Share of an expected answer that is reserved: answers rarely are all as long as expected at once. */
const OUTPUT_SHARE = 0.6

type FlowRun = { readonly key: string; readonly order: number; home: ScheduledInstance | undefined; inFlight: number; contextTokens: number; remainingTokens: number; seenAt: EpochMs }

export function createFlow(fleet: Fleet, settings: Partial<FlowSettings> = {}): Scheduler {
  const knobs = { ...flowDefaults, ...settings }
  const runs = new Map<string, FlowRun>()
  const at = new Map<string, ScheduledInstance>()
  let waiting: RouteCall[] = []
  let order = 0

  const footprint = (run: FlowRun): number => run.contextTokens + knobs.growth * run.remainingTokens
  const runsAt = (instance: ScheduledInstance): FlowRun[] => [...runs.values()].filter((run) => run.home === instance)
  const held = (instance: ScheduledInstance, except?: FlowRun): number => runsAt(instance).reduce((sum, run) => (run === except ? sum : sum + footprint(run)), 0)

  /** F3, with F5's way out. */
  function fits(call: RouteCall, instance: ScheduledInstance): boolean {
    if (!maySend(instance, call)) return false
    if (instance.calls.size === 0) return true
    if (instance.calls.size >= instance.maxSeqs) return false
    const shared = Math.max(cachedBlocks(fleet.prefixes, instance.id, call.blocks), pinnedPrefix(instance, call)) * fleet.blockTokens
    const need = instance.pinned.size * fleet.blockTokens + OUTPUT_SHARE * instance.growthTokens + Math.max(0, call.promptTokens - shared) + OUTPUT_SHARE * call.outputTokens
    return need <= knobs.gate * instance.kvTokens
  }

  /** The oldest runs at home whose footprints together fit. */
  function isResident(run: FlowRun, instance: ScheduledInstance): boolean {
    let sum = 0
    for (const other of runsAt(instance).sort((a, b) => a.order - b.order)) {
      sum += footprint(other)
      if (other === run) return sum <= knobs.residency * instance.kvTokens || runsAt(instance)[0] === run
      if (sum > knobs.residency * instance.kvTokens) return false
    }
    return true
  }

  function roomFor(run: FlowRun, call: RouteCall, instance: ScheduledInstance, blocked: ReadonlySet<ScheduledInstance>): boolean {
    return !blocked.has(instance) && fits(call, instance) && (held(instance, run) + Math.max(footprint(run), call.promptTokens + OUTPUT_SHARE * call.outputTokens) <= knobs.admission * instance.kvTokens || (instance.calls.size === 0 && runsAt(instance).length === 0))
  }

  /** The fewest runs, weighted by speed; among equals the one that holds most of the prompt. */
  function bestHome(run: FlowRun, call: RouteCall, blocked: ReadonlySet<ScheduledInstance>, except?: ScheduledInstance): ScheduledInstance | undefined {
    let best: { instance: ScheduledInstance; load: number; cached: number } | undefined
    for (const instance of fleet.instances) {
      if (instance === except || !roomFor(run, call, instance, blocked)) continue
      const load = (runsAt(instance).length + 1) * instance.slowness
      const cached = cachedBlocks(fleet.prefixes, instance.id, call.blocks)
      if (!best || load < best.load || (load === best.load && cached > best.cached)) best = { instance, load, cached }
    }
    return best?.instance
  }

  function mayLeave(run: FlowRun, home: ScheduledInstance): boolean {
    if (run.inFlight > 0) return false
    if (home.slowness > knobs.slow) return true
    const least = Math.min(...fleet.instances.filter((one) => one !== home && one.usable).map((one) => runsAt(one).length))
    return runsAt(home).length > knobs.spill * Math.max(1, least)
  }

  function send(call: RouteCall, instance: ScheduledInstance, reason: Placement['reason'], placed: Placement[]): void {
    const candidates = candidatesOf(fleet, call)
    occupy(instance, call)
    at.set(call.id, instance)
    if (call.blocks.length > 0) recordPrefix(fleet.prefixes, instance.id, call.blocks)
    const run = call.runKey === undefined ? undefined : runs.get(call.runKey)
    if (run) {
      run.home = instance
      run.inFlight += 1
    }
    placed.push({ call, instanceId: instance.id, reason, candidates })
  }

  function placeContinuation(run: FlowRun, home: ScheduledInstance, call: RouteCall, blocked: Set<ScheduledInstance>, placed: Placement[]): boolean {
    // A home that has failed this very call is none for it, whatever else is under way there.
    const stays = maySend(home, call) && (run.inFlight > 0 || (isResident(run, home) && !mayLeave(run, home)))
    if (stays) {
      if (fits(call, home)) return send(call, home, 'home', placed), true
      blocked.add(home)
      return false
    }
    const other = bestHome(run, call, blocked, home)
    if (other) return send(call, other, 'moved', placed), true
    if (isResident(run, home) && fits(call, home)) return send(call, home, 'home', placed), true
    return false
  }

  function forget(now: EpochMs): void {
    for (const run of runs.values()) if (run.inFlight === 0 && now - run.seenAt > knobs.idleMs && !waiting.some((call) => call.runKey === run.key)) runs.delete(run.key)
  }

  return {
    name: 'flow',
    arrive(call) {
      waiting.push(call)
      if (call.runKey === undefined) return
      const run = runs.get(call.runKey) ?? { key: call.runKey, order: order++, home: undefined, inFlight: 0, contextTokens: 0, remainingTokens: 0, seenAt: call.arrivedAt }
      run.seenAt = call.arrivedAt
      run.remainingTokens = call.remainingTokens ?? 0
      run.contextTokens = contextOf(run, call, waiting, at, fleet)
      runs.set(call.runKey, run)
    },
    leave(callId) {
      waiting = waiting.filter((call) => call.id !== callId)
    },
    place(now) {
      if (waiting.length === 0) return []
      forget(now)
      const placed: Placement[] = []
      const blocked = new Set<ScheduledInstance>()
      const runOf = (call: RouteCall): FlowRun | undefined => (call.runKey === undefined ? undefined : runs.get(call.runKey))
      for (const run of runs.values()) if (run.home && !run.home.usable) run.home = undefined
      const ordered = waiting.map((call) => ({ call, run: runOf(call) }))
      const continuations = ordered.filter(({ run }) => run?.home).sort((a, b) => a.run!.order - b.run!.order)
      for (const { call, run } of continuations) placeContinuation(run!, run!.home!, call, blocked, placed)
      for (const { call, run } of ordered) if (!run) placePlain(call)
      // F2: the first new call of a run gives it a home; its siblings follow it there on the next turn.
      const fresh = ordered.filter(({ run }) => run && !run.home).sort((a, b) => rank(a.call, now) - rank(b.call, now))
      let passed = 0
      for (const { call, run } of fresh) {
        if (run!.home) {
          placeContinuation(run!, run!.home, call, blocked, placed)
          continue
        }
        const home = bestHome(run!, call, blocked)
        if (home) send(call, home, 'admitted', placed)
        else if (++passed > knobs.backfill) break
      }
      const sent = new Set(placed.map((one) => one.call))
      waiting = waiting.filter((call) => !sent.has(call))
      return placed

      function placePlain(call: RouteCall): void {
        let best: { instance: ScheduledInstance; load: number; cached: number } | undefined
        for (const instance of fleet.instances) {
          if (blocked.has(instance) || !fits(call, instance)) continue
          const load = instance.calls.size * instance.slowness
          const cached = cachedBlocks(fleet.prefixes, instance.id, call.blocks)
          if (!best || load < best.load || (load === best.load && cached > best.cached)) best = { instance, load, cached }
        }
        if (best) send(call, best.instance, best.cached > 0 ? 'prefix' : 'spread', placed)
      }
    },
    finish(callId, outputTokens, now) {
      const instance = at.get(callId)
      at.delete(callId)
      const call = instance && vacate(instance, callId)
      const run = call?.runKey === undefined ? undefined : runs.get(call.runKey)
      if (!call || !run) return
      run.inFlight -= 1
      run.seenAt = now
      if (run.inFlight === 0) run.contextTokens = call.promptTokens + outputTokens
      if (call.last === true && run.inFlight === 0) runs.delete(run.key)
    },
    waiting: () => waiting.length,
  }

  function rank(call: RouteCall, now: EpochMs): number {
    return (call.remainingTokens ?? 0) - knobs.agingPerMs * (now - call.arrivedAt)
  }
}

/** Tokens a run needs now: blocks that its calls share are counted once. */
function contextOf(run: FlowRun, call: RouteCall, waiting: readonly RouteCall[], at: ReadonlyMap<string, ScheduledInstance>, fleet: Fleet): number {
  const alone = call.promptTokens + OUTPUT_SHARE * call.outputTokens
  const siblings = waiting.filter((other) => other.runKey === run.key && other !== call)
  if (run.inFlight === 0 && siblings.length === 0) return alone
  const first = siblings[0] ?? [...at.values()].flatMap((instance) => [...instance.calls.values()]).find((other) => other.runKey === run.key)
  const shared = first ? commonBlocks(first.blocks, call.blocks) * fleet.blockTokens : 0
  return run.contextTokens + Math.max(0, call.promptTokens - shared) + OUTPUT_SHARE * call.outputTokens
}

function commonBlocks(a: readonly number[], b: readonly number[]): number {
  let low = 0
  let high = Math.min(a.length, b.length)
  // Hashes are chained: equal at k means equal before it.
  while (low < high) {
    const middle = (low + high) >> 1
    if (a[middle] === b[middle]) low = middle + 1
    else high = middle
  }
  return low
}

function pinnedPrefix(instance: ScheduledInstance, call: RouteCall): number {
  let low = 0
  let high = call.blocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (instance.pinned.has(call.blocks[middle] as number)) low = middle + 1
    else high = middle
  }
  return low
}
