import { createFlow } from '@/domain/route/flow'
import type { SchedulerOf } from '@/domain/route/policies'
import type { Scheduler } from '@/domain/route/scheduler'
import { simulate, type Arrival } from './virtual-fleet'
import type { Dice, Workload } from './workloads'

/** Their texts are named from the beginning each time: what was drawn before, for whatever else, does not matter. */
function diceOf(seed: number): Dice {
  let texts = 1_000
  return { random: randomOf(seed), fresh: (length) => [{ id: texts++, length }] }
}

/** The same stream of numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Seconds from one wave to the next; a third of it brings 2.2 times the mean, the rest what is left of it. */
const WAVES = { short: 60, long: 180 }
const [CREST, PEAK, EBB] = [1 / 3, 2.2, 0.4]
export type Waves = keyof typeof WAVES

/** Poisson arrivals, steady or in waves. */
export function arrivalsOf(workload: Workload, { perSecond, seconds, seed, waves }: { perSecond: number; seconds: number; seed: number; waves?: Waves | undefined }): Arrival[] {
  const dice = diceOf(seed)
  const { random } = dice
  const arrivals: Arrival[] = []
  const peak = waves ? PEAK : 1
  for (let at = 0; ; ) {
    at += -Math.log(1 - random()) / (perSecond * peak)
    if (at > seconds) return arrivals
    const rate = !waves ? 1 : at % WAVES[waves] < CREST * WAVES[waves] ? PEAK : EBB
    if (random() * peak < rate) arrivals.push({ atMs: at * 1_000, spec: workload.draw(dice) })
  }
}

/**
 * Runs a second that the fleet can do: while a run begins whenever one ends, far more in flight than fit, FLOW deciding
 * how many of them are let in. A fixed number of runs in flight, the best one found by trying, does within 6 % of it.
 */
export function capacityOf(workload: Workload, instances: number): number {
  return closedLoop(workload, instances, 48 * instances, (fleet) => createFlow(fleet))
}

function closedLoop(workload: Workload, instances: number, inFlight: number, schedulerOf: SchedulerOf): number {
  const dice = diceOf(1)
  // As many as are in flight arrive over the first seconds; each end is followed by another arrival, approximated by a backlog.
  const arrivals = Array.from({ length: inFlight * 6 }, (_, id): Arrival => ({ atMs: id * 5, spec: workload.draw(dice) }))
  const { outcomes } = simulate({ arrivals, instances, schedulerOf: (fleet) => bounded(schedulerOf(fleet), inFlight) })
  const ends = outcomes.map((one) => one.doneMs).sort((a, b) => a - b)
  // The middle of it: neither the filling nor the draining.
  const [from, to] = [Math.floor(ends.length * 0.25), Math.floor(ends.length * 0.75)]
  return ((to - from) / (ends[to]! - ends[from]!)) * 1_000
}

/** At most so many runs at once: the next begins when one ends. */
function bounded(inner: Scheduler, most: number): Scheduler {
  const open = new Set<string>()
  const held: Parameters<typeof inner.arrive>[0][] = []
  const runOf = new Map<string, { key: string; last: boolean }>()
  const openCalls = new Map<string, number>()
  const keyOf = (call: Parameters<typeof inner.arrive>[0]) => call.runKey ?? call.id
  return {
    ...inner,
    arrive(call) {
      const key = keyOf(call)
      runOf.set(call.id, { key, last: call.last ?? call.runKey === undefined })
      openCalls.set(key, (openCalls.get(key) ?? 0) + 1)
      if (open.has(key) || open.size < most) {
        open.add(key)
        inner.arrive(call)
      } else held.push(call)
    },
    finish(callId, tokens, now) {
      const load = inner.finish(callId, tokens, now)
      const run = runOf.get(callId)!
      runOf.delete(callId)
      const left = openCalls.get(run.key)! - 1
      openCalls.set(run.key, left)
      if (!run.last || left > 0) return load
      open.delete(run.key)
      openCalls.delete(run.key)
      while (held.length > 0 && open.size < most) {
        const next = held.shift()!
        open.add(keyOf(next))
        inner.arrive({ ...next, arrivedAt: now })
      }
      return load
    },
  }
}
