import { policies, type PolicyName } from '@/domain/route/policies'
import { percentile } from '../figures'
import { arrivalsOf, type Waves } from './arrivals'
import { simulate, type Arrival, type Fault } from './virtual-fleet'
import type { Workload } from './workloads'

export type Case = { workload: Workload; instances: number; /** Of the capacity. */ load: number; waves?: Waves; fault?: Fault; seconds: number; seeds: readonly number[] }
/** Times in ms. `goodput`: share of the runs that ended within the objective. `imbalance`: calls of the busiest instance over the mean. */
export type Figures = { mean: number; p50: number; p95: number; p99: number; hitRate: number; imbalance: number; goodput: number; runs: number }

/** Faults by what a case with them is called. `atMs`: when the one that dies does. */
export const faults = (atMs: number): Readonly<Record<string, Fault>> => ({ 'one dies': { kind: 'dies', atMs }, 'one slow': { kind: 'slow', factor: 3 }, 'scrapes 10 s late': { kind: 'late scrapes', delayMs: 10_000 } })

/** The objective: so many times what a run takes on an idle fleet. */
const SLO = 4
/** The first part fills the fleet. */
const WARM_SHARE = 0.25

/** What runs take where nothing else runs, in ms. */
export function aloneMs(workload: Workload): number {
  const arrivals = arrivalsOf(workload, { perSecond: 0.02, seconds: 1_500, seed: 9 })
  const { outcomes } = simulate({ arrivals, instances: 4, schedulerOf: policies['run-affinity'] })
  return percentile(outcomes.filter((one) => !one.spec.plain).map((one) => one.doneMs - one.arrivedMs), 50)
}

/** Each policy with the same arrivals, seed by seed. */
export function measure(names: readonly PolicyName[], one: Case, perSecond: number, alone: number): Record<string, Figures[]> {
  const figures: Record<string, Figures[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (const seed of one.seeds) {
    const arrivals = arrivalsOf(one.workload, { perSecond: one.load * perSecond, seconds: one.seconds, seed, waves: one.waves })
    for (const name of names) figures[name]!.push(figuresOf(name, arrivals, one, alone))
  }
  return figures
}

function figuresOf(policy: PolicyName, arrivals: readonly Arrival[], { instances, fault, seconds }: Case, alone: number): Figures {
  const { outcomes, hitRate, busiestShare } = simulate({ arrivals, instances, schedulerOf: policies[policy], ...(fault && { fault }) })
  const times = outcomes.filter((one) => one.arrivedMs > WARM_SHARE * seconds * 1_000 && !one.spec.plain).map((one) => one.doneMs - one.arrivedMs)
  return {
    mean: times.reduce((sum, time) => sum + time, 0) / times.length, p50: percentile(times, 50), p95: percentile(times, 95), p99: percentile(times, 99),
    hitRate, imbalance: busiestShare, goodput: times.filter((time) => time <= SLO * alone).length / times.length, runs: times.length,
  }
}
