/**
 * Completion times of whole runs under each policy, in virtual time: the simulated engines' model, calibrated as
 * server/fleet-sim/README.md says. Deterministic. Not measured: the network, real vLLM, wrong expectations of length.
 *
 * HEDDLE_BENCH_FULL=1 takes all loads and more seeds.
 */
import { createFlow } from '@/domain/route/flow'
import { blockCost, cacheAware, leastRequests, longestPrefix, roundRobin, runAffinity, sessionHash, weightedScores } from '@/domain/route/peer-policies'
import type { Fleet, Scheduler } from '@/domain/route/scheduler'
import { percentile, table } from './figures'
import { arrivalsOf, capacityOf } from './routing/arrivals'
import { simulate } from './routing/virtual-fleet'
import { workloads } from './routing/workloads'

const full = process.env.HEDDLE_BENCH_FULL === '1'
const only = process.env.HEDDLE_BENCH_WORKLOAD
const INSTANCES = 4
const SECONDS = full ? 400 : 240
const SEEDS = full ? [1, 2, 3] : [1]
const cases = [...(full ? [{ load: 0.7, waves: false }] : []), { load: 0.85, waves: false }, { load: 0.95, waves: false }, { load: 0.8, waves: true }]

const policies: ((fleet: Fleet) => Scheduler)[] = [roundRobin, leastRequests, sessionHash, runAffinity, cacheAware, weightedScores, blockCost, longestPrefix, (fleet) => createFlow(fleet)]

process.stdout.write(`Completion time of runs, p95, against the best peer of the row (1.00). ${INSTANCES} instances, ${SECONDS} s of arrivals, ${SEEDS.length} seed(s). Simulated.\n\n`)
const rows: string[][] = []
let head: string[] = []
for (const workload of workloads) {
  if (only !== undefined && !workload.name.includes(only)) continue
  const capacity = capacityOf(workload, INSTANCES)
  for (const { load, waves } of cases) {
    const figures = policies.map((schedulerOf) => {
      let name = ''
      const results = SEEDS.map((seed) => simulate({
        arrivals: arrivalsOf(workload, { perSecond: load * capacity, seconds: SECONDS, seed, waves }), instances: INSTANCES, limitMs: Infinity,
        schedulerOf: (fleet) => {
          const scheduler = schedulerOf(fleet)
          name = scheduler.name
          return scheduler
        },
      }))
      // The first minute fills the fleet.
      const times = results.flatMap((result) => result.outcomes.filter((one) => one.arrivedMs > 60_000 && !one.spec.plain).map((one) => one.doneMs - one.arrivedMs))
      return { name, p95: percentile(times, 95), p50: percentile(times, 50), hitRate: results.reduce((sum, one) => sum + one.hitRate, 0) / results.length }
    })
    head = ['load', 'workload', ...figures.map((one) => one.name), 'hit rate: best peer, flow']
    const peers = figures.slice(0, -1)
    const best = Math.min(...peers.map((one) => one.p95))
    const bestPeer = peers.find((one) => one.p95 === best)!
    rows.push([`${load * 100} %${waves ? ' in waves' : ''}`, workload.name, ...figures.map((one) => (one.p95 / best).toFixed(2)), `${(bestPeer.hitRate * 100).toFixed(0)} %, ${(figures.at(-1)!.hitRate * 100).toFixed(0)} %`])
    process.stderr.write(`${rows.at(-1)!.join('  ')}   (best p95 ${(best / 1_000).toFixed(1)} s, capacity ${capacity.toFixed(2)} runs/s)\n`)
  }
}
process.stdout.write(table(head, rows))
