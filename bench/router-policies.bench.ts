/**
 * Completion times of whole runs under each policy, in virtual time: the simulated engines' model, calibrated as
 * server/fleet-sim/README.md says. Deterministic. Not measured: the network, real vLLM, wrong expectations of length.
 *
 * Takes about 20 minutes of processor time: every core works on a case of its own, HEDDLE_BENCH_CORES=1 spares the others.
 * HEDDLE_BENCH_SEEDS=1 takes one seed instead of four, HEDDLE_BENCH_ONLY=mix,tool narrows the workloads,
 * HEDDLE_BENCH_CASES=waves,dies the cases (`=95 %` one alone, by its whole name), HEDDLE_BENCH_POLICIES=flow,run-affinity
 * the policies. Whole, it writes its table into bench/README.md and its picture beside it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { policies, type PolicyName } from '@/domain/route/policies'
import { table } from './figures'
import { capacityOf } from './routing/arrivals'
import { heatMap } from './routing/heat-map'
import { aloneMs, faults, measure, type Case, type Figures } from './routing/measure'
import { workloads } from './routing/workloads'

const { HEDDLE_BENCH_SEEDS, HEDDLE_BENCH_ONLY, HEDDLE_BENCH_CASES, HEDDLE_BENCH_POLICIES, HEDDLE_BENCH_CORES } = process.env
const whole = [HEDDLE_BENCH_SEEDS, HEDDLE_BENCH_ONLY, HEDDLE_BENCH_CASES, HEDDLE_BENCH_POLICIES].every((one) => !one)
/** Where the README has the table. */
const [BEGIN, END] = ['<!-- router-policies -->', '<!-- /router-policies -->']
const names = (HEDDLE_BENCH_POLICIES?.split(',') ?? Object.keys(policies)) as PolicyName[]
const seeds = Array.from({ length: Number(HEDDLE_BENCH_SEEDS || 4) }, (_, index) => index + 1)
/** Long enough for what is evicted to be missed: with four minutes nobody collapses. */
const seconds = 500
const loads: Pick<Case, 'load' | 'waves'>[] = [{ load: 0.5 }, { load: 0.7 }, { load: 0.85 }, { load: 0.95 }, { load: 0.8, waves: 'short' }, { load: 0.7, waves: 'long' }, { load: 0.8, waves: 'long' }]

type Row = { case: string; workload: string; figures: Record<string, Figures[]> }
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const told = Object.entries(faults(250_000))
const only = (parts: string | undefined, name: string): boolean => !parts || parts.split(',').some((part) => (part.startsWith('=') ? name === part.slice(1) : name.includes(part)))

const cases = workloads.filter(({ name }) => only(HEDDLE_BENCH_ONLY, name)).flatMap((workload): Case[] => [
  ...loads.map((load): Case => ({ workload, instances: 4, seconds, seeds, ...load })),
  ...(workload.name === 'mix' ? [
    ...told.map(([, fault]): Case => ({ workload, instances: 4, seconds, seeds, load: 0.6, fault })),
    ...([[16, 160], [64, 90], [256, 60]] as const).map(([instances, seconds]): Case => ({ workload, instances, seconds, seeds: [1], load: 0.95 })),
  ] : []),
]).filter((one) => only(HEDDLE_BENCH_CASES, nameOf(one)))

function nameOf({ load, waves, fault, instances }: Case): string {
  const name = told.find(([, one]) => one.kind === fault?.kind)?.[0]
  return `${Math.round(load * 100)} %${waves ? ` in ${waves} waves` : ''}${name ? `, ${name}` : ''}${instances === 4 ? '' : `, ${instances} instances`}`
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

const toldName = (policy: PolicyName): string => (policy === 'flow' ? 'FLOW' : policy.replaceAll('-', ' '))
const head = ['load', 'workload', ...names.map(toldName), 'hit rate, %', 'in 4 × alone, %', 'mean, s', 'p99, s', 'busiest / mean']

/** p95 against the best peer, FLOW's with the spread over seeds; then what the best peer and FLOW did. */
function line(row: Row): string[] {
  const { case: name, workload, figures } = row
  const best = bestPeer(figures)
  function ratio(policy: PolicyName): string {
    const told = ratioOf(row, policy).toFixed(2)
    if (policy !== 'flow') return told
    const each = figures[policy]!.map((one, seed) => one.p95 / figures[best]![seed]!.p95)
    const spread = each.length > 1 ? ` ±${((Math.max(...each) - Math.min(...each)) / 2).toFixed(2)}` : ''
    return Number(told) <= 0.95 ? `**${told}${spread}**` : told + spread
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
    const percent = (policy: PolicyName): string => `${toldName(policy)} ${(100 * inTime(policy)).toFixed(1)} %`
    return `${workload}, ${name}: ${percent('flow')}, the best peer ${percent(peer)}${inTime('flow') >= inTime(peer) ? '' : ' (MISSED)'}`
  })
}

/** How long arrivals come, and for how many seeds: fewer where there are many instances. */
function extent(): string {
  const told = cases.map(({ instances, seconds, seeds }) => `${instances} instances: ${seconds} s of arrivals, ${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}`)
  return [...new Set(told)].join('; ')
}

function textOf(rows: readonly Row[]): string {
  const checks = names.includes('flow') ? goodputChecks(rows) : []
  return [
    `p95 completion of runs against the best peer of the row (1.00). ${extent()}. The last five columns: best peer / FLOW.\n\n`,
    table(head, rows.map(line)),
    checks.length > 0 ? `\nRuns that ended within 4 times what they take alone, in waves around 80 %:\n\n${checks.map((check) => `- ${check}\n`).join('')}` : '',
  ].join('')
}

/** What stands in the README is what was printed. */
function putIntoReadme(text: string): void {
  const readme = readFileSync('bench/README.md', 'utf8')
  const [before, after] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)]
  writeFileSync('bench/README.md', `${readme.slice(0, before)}\n${text}${readme.slice(after)}`)
}

if (isMainThread) {
  const rows = await allRows()
  const text = textOf(rows)
  process.stdout.write(text)
  if (whole) {
    putIntoReadme(text)
    const heat = rows.map((row) => ({ name: `${row.workload}, ${row.case}`, ratios: names.map((name) => ratioOf(row, name)) }))
    writeFileSync('bench/router-policies.svg', heatMap('p95 completion of runs against the best peer of the row (simulated)', names, heat))
  }
} else parentPort!.on('message', (index: number) => parentPort!.postMessage({ index, row: rowOf(cases[index]!) }))
