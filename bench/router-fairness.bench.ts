/**
 * What fairness between workflows (F6 of domain/route/flow.ts) brings and costs while the fleet is saturated: one workflow
 * brings the mix at 1.2 times what 4 instances can do, another a thirtieth of that beside it. Each constant is halved and
 * doubled, one at a time. In virtual time, deterministic. Not measured: more than two workflows, callers without plans.
 */
import { fairDefaults, type FairSettings } from '@/domain/route/fair-share'
import { createFlow } from '@/domain/route/flow'
import { percentile, table } from './figures'
import { arrivalsOf, capacityOf } from './routing/arrivals'
import { simulate, type Arrival, type Outcome } from './routing/virtual-fleet'
import { workloads } from './routing/workloads'

const [INSTANCES, SECONDS, SEEDS] = [4, 240, [1, 2, 3]]
const [LARGE, SMALL] = [1.2, 0.04]
const mix = workloads.find(({ name }) => name === 'mix')!
const capacity = capacityOf(mix, INSTANCES)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Another seed for the small one, whose texts have to be others, too. */
function arrivals(seed: number): Arrival[] {
  const of = (kind: string, load: number, from: number): Arrival[] => arrivalsOf(mix, { perSecond: load * capacity, seconds: SECONDS, seed: from }).map(({ atMs, spec }) => ({ atMs, spec: { ...spec, kind } }))
  const far = <T extends { id: number }>(text: readonly T[]): T[] => text.map((piece) => (piece.id < 1_000 ? piece : { ...piece, id: piece.id + 1_000_000 }))
  const small = of('small', SMALL, seed + 100).map(({ atMs, spec }) => ({ atMs, spec: { ...spec, stages: spec.stages.map((stage) => ({ ...stage, calls: stage.calls.map((call) => ({ ...call, prompt: far(call.prompt), output: far(call.output) })) })) } }))
  return [...of('large', LARGE, seed), ...small].sort((a, b) => a.atMs - b.atMs)
}

const drawn = SEEDS.map(arrivals)

function rowOf(name: string, fair: FairSettings): string[] {
  const results = drawn.map((each) => simulate({ arrivals: each, instances: INSTANCES, schedulerOf: (fleet) => createFlow(fleet, { fair }) }))
  const seconds = (kind: string, pick: (times: readonly number[]) => number): string => {
    const times = (outcomes: readonly Outcome[]): number[] => outcomes.filter(({ spec }) => spec.kind === kind).map(({ doneMs, arrivedMs }) => (doneMs - arrivedMs) / 1_000)
    return mean(results.map(({ outcomes }) => pick(times(outcomes)))).toFixed(1)
  }
  const both = (kind: string): string => `${seconds(kind, mean)} / ${seconds(kind, (times) => percentile(times, 95))}`
  const done = mean(results.map(({ outcomes }) => Math.max(...outcomes.map(({ doneMs }) => doneMs)) / 1_000))
  return [name, both('small'), both('large'), done.toFixed(1), (100 * mean(results.map(({ hitRate }) => hitRate))).toFixed(1)]
}

const changes = (Object.keys(fairDefaults) as (keyof FairSettings)[]).flatMap((knob) => [0.5, 2].map((factor): [string, FairSettings] => [`\`${knob}\` ${fairDefaults[knob] * factor}`, { ...fairDefaults, [knob]: fairDefaults[knob] * factor }]))
const rows = [
  rowOf('off', { ...fairDefaults, patienceMs: Infinity }),
  rowOf(`as it is (${Object.values(fairDefaults).join(', ')})`, fairDefaults),
  ...changes.map(([name, fair]) => rowOf(name, fair)),
]
process.stdout.write(`Completion of runs in s, mean / p95, where one workflow brings ${LARGE * 100} % of what the fleet can do and another ${SMALL * 100} %. ${SECONDS} s of arrivals, ${SEEDS.length} seeds. Simulated.\n\n`)
process.stdout.write(table(['fairness', 'small workflow', 'large workflow', 'all done after, s', 'hit rate, %'], rows))
