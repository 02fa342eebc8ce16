/**
 * Completion times of whole runs under each policy, in virtual time: the simulated engines' model, calibrated as
 * server/fleet-sim/README.md says. Deterministic. Not measured: the network, real vLLM, wrong expectations of length.
 *
 * Takes about 13 minutes of processor time: every core works on a case of its own, HEDDLE_BENCH_CORES=1 spares the others.
 * HEDDLE_BENCH_FULL=1 takes four seeds, HEDDLE_BENCH_ONLY=mix,tool narrows the workloads, HEDDLE_BENCH_CASES=waves,dies
 * the cases (`=95 %` one alone, by its whole name), HEDDLE_BENCH_POLICIES=flow,run-affinity the policies.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { policies, type PolicyName } from '@/domain/route/policies'
import { table } from './figures'
import { capacityOf } from './routing/arrivals'
import { heatMap } from './routing/heat-map'
import { aloneMs, measure, type Case, type Figures } from './routing/measure'
import type { Fault } from './routing/virtual-fleet'
import { workloads } from './routing/workloads'

const { HEDDLE_BENCH_FULL, HEDDLE_BENCH_ONLY, HEDDLE_BENCH_CASES, HEDDLE_BENCH_POLICIES, HEDDLE_BENCH_CORES } = process.env
const full = HEDDLE_BENCH_FULL === '1'
const names = (HEDDLE_BENCH_POLICIES?.split(',') ?? Object.keys(policies)) as PolicyName[]
const seeds = full ? [1, 2, 3, 4] : [1, 2]
/** Long enough for what is evicted to be missed: with four minutes nobody collapses. */
const seconds = 500
const loads: Pick<Case, 'load' | 'waves'>[] = [{ load: 0.5 }, { load: 0.7 }, { load: 0.85 }, { load: 0.95 }, { load: 0.8, waves: 'short' }, { load: 0.7, waves: 'long' }, { load: 0.8, waves: 'long' }]

type Row = { case: string; workload: string; figures: Record<string, Figures[]> }
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const faults: Fault[] = [{ kind: 'dies', atMs: 250_000 }, { kind: 'slow', factor: 3 }, { kind: 'late scrapes', delayMs: 10_000 }]
const only = (parts: string | undefined, name: string): boolean => !parts || parts.split(',').some((part) => (part.startsWith('=') ? name === part.slice(1) : name.includes(part)))

const cases = workloads.filter(({ name }) => only(HEDDLE_BENCH_ONLY, name)).flatMap((workload): Case[] => [
  ...loads.map((load): Case => ({ workload, instances: 4, seconds, seeds, ...load })),
  ...(workload.name === 'mix' ? [
    ...faults.map((fault): Case => ({ workload, instances: 4, seconds, seeds, load: 0.6, fault })),
    ...([[16, 160], [64, 90], [256, 60]] as const).map(([instances, seconds]): Case => ({ workload, instances, seconds, seeds: [1], load: 0.95 })),
  ] : []),
]).filter((one) => only(HEDDLE_BENCH_CASES, nameOf(one)))

function nameOf({ load, waves, fault, instances }: Case): string {
  const told = { 'dies': ', one dies', 'slow': ', one slow', 'late scrapes': ', scrapes 10 s late' }
  return `${Math.round(load * 100)} %${waves ? ` in ${waves} waves` : ''}${fault ? told[fault.kind] : ''}${instances === 4 ? '' : `, ${instances} instances`}`
}

const yardsticks = new Map<string, { alone: number; capacity: number }>()

function rowOf(one: Case): Row {
  const { workload } = one
  let yardstick = yardsticks.get(workload.name)
  if (!yardstick) yardsticks.set(workload.name, (yardstick = { alone: aloneMs(workload), capacity: capacityOf(workload, 4) }))
  const { alone, capacity } = yardstick
  return { case: nameOf(one), workload: workload.name, figures: measure(names, one, (capacity * one.instances) / 4, alone) }
}

/** Each worker takes the longest case that is left, so that all end together; virtual time does not mind how busy the machine is. */
async function allRows(): Promise<Row[]> {
  const rows: Row[] = []
  const work = ({ instances, seconds, seeds, load }: Case): number => instances * seconds * seeds.length * load
  const left = [...cases.keys()].sort((a, b) => work(cases[b]!) - work(cases[a]!))
  let done = 0
  await Promise.all(Array.from({ length: Math.min(Number(HEDDLE_BENCH_CORES ?? availableParallelism()), cases.length) }, () => new Promise<void>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 12_000 } })
    const give = (): void => (left.length > 0 ? worker.postMessage(left.shift()) : (void worker.terminate(), resolve()))
    worker.on('message', ({ index, row }: { index: number; row: Row }) => {
      rows[index] = row
      process.stderr.write(`${++done} of ${cases.length}: ${line(row).join('  ')}\n`)
      give()
    })
    worker.on('error', reject)
    give()
  })))
  return rows
}

const p95Of = (figures: readonly Figures[]): number => mean(figures.map((one) => one.p95))

function bestPeer(figures: Row['figures']): PolicyName {
  return names.filter((policy) => policy !== 'flow').reduce((a, b) => (p95Of(figures[b]!) < p95Of(figures[a]!) ? b : a))
}

function ratioOf({ figures }: Row, policy: PolicyName): number {
  return p95Of(figures[policy]!) / p95Of(figures[bestPeer(figures)]!)
}

/** p95 against the best peer, with the spread over seeds; then what FLOW and the best peer did. */
function line(row: Row): string[] {
  const { case: name, workload, figures } = row
  const best = bestPeer(figures)
  const ratio = (policy: PolicyName): string => {
    const each = figures[policy]!.map((one, seed) => one.p95 / figures[best]![seed]!.p95)
    const spread = (Math.max(...each) - Math.min(...each)) / 2
    return `${ratioOf(row, policy).toFixed(2)}${each.length > 1 ? ` ±${spread.toFixed(2)}` : ''}`
  }
  const pair = (pick: (one: Figures) => number, digits = 0, factor = 100): string => [best, 'flow'].map((policy) => (figures[policy] ? (mean(figures[policy].map(pick)) * factor).toFixed(digits) : '')).join(' / ')
  return [name, workload, ...names.map(ratio), pair((one) => one.hitRate), pair((one) => one.goodput), pair((one) => one.mean / 1_000, 1, 1), pair((one) => one.p99 / 1_000, 1, 1), pair((one) => one.imbalance, 2, 1)]
}

/** Where FLOW is to bring more runs home in time than anyone else: waves around 80 %. */
const MOST_IN_TIME = ['mix', 'tool loop', 'pipeline, context first']

function goodputChecks(rows: readonly Row[]): string[] {
  return rows.filter((row) => row.case.startsWith('80 % in') && MOST_IN_TIME.includes(row.workload)).map(({ case: name, workload, figures }) => {
    const inTime = (policy: PolicyName): number => mean(figures[policy]!.map((one) => one.goodput))
    const peer = names.filter((policy) => policy !== 'flow').reduce((a, b) => (inTime(b) > inTime(a) ? b : a))
    const percent = (policy: PolicyName): string => `${policy} ${(100 * inTime(policy)).toFixed(1)} %`
    return `${inTime('flow') >= inTime(peer) ? 'holds ' : 'MISSED'}  ${name}, ${workload}: ${percent('flow')}, the best peer ${percent(peer)}`
  })
}

if (isMainThread) {
  const rows = await allRows()
  process.stdout.write(`Completion time of runs, p95, against the best peer of the row (1.00). ${seconds} s of arrivals, ${seeds.length} seed(s). Simulated. The last columns: best peer / flow.\n\n`)
  process.stdout.write(table(['load', 'workload', ...names, 'hit rate, %', 'within 4 times alone, %', 'mean, s', 'p99, s', 'busiest over mean'], rows.map(line)))
  if (names.includes('flow')) {
    const checks = goodputChecks(rows)
    if (checks.length > 0) process.stdout.write(`\nWithin 4 times alone, the highest of all policies at waves around 80 %:\n${checks.join('\n')}\n`)
    const heat = rows.map((row) => ({ name: `${row.workload}, ${row.case}`, ratios: names.map((name) => ratioOf(row, name)) }))
    mkdirSync('dist/bench', { recursive: true })
    writeFileSync('dist/bench/router-policies.svg', heatMap('p95 completion of runs against the best peer of the row (simulated)', names, heat))
  }
} else parentPort!.on('message', (index: number) => parentPort!.postMessage({ index, row: rowOf(cases[index]!) }))
