/**
 * What the engine costs where the steps themselves cost nothing: a chain and a fan-out of a hundred no-op steps, one run
 * and fifty at once, beside the same graph on other durable engines (bench/peers) and as promises in memory, in turn in
 * each round. Then a run that grows to 10,000 steps: the cost of a step should stay what it is. Not measured: model calls,
 * templates, the network. HEDDLE_TEST_POSTGRES (see .ci/with-postgres) adds what works on PostgreSQL.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { openPostgresStore, openStore } from '@/server/adapters/prisma/open-store'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createEngine } from '@/server/engine/engine'
import { graphOf } from '@/server/engine/engine-world.suite'
import type { RunLog, SnapshotStore } from '@/server/ports/run-log'
import { percentile, table } from './figures'

const STEPS = 100
const ROUNDS = 5
const clock = createSystemClock()
const ids = createRandomIds()
const never = () => Promise.reject(new Error('not in this bench'))

const chain = (length: number): Graph => graphOf(Object.fromEntries(Array.from({ length }, (_, index) => [`s${index}`, ['merge', { mode: 'all' }]])), ...Array.from({ length: length - 1 }, (_, index) => `s${index} -> s${index + 1}`))
const fanOut = (width: number): Graph => graphOf(
  { from: ['merge', { mode: 'all' }], to: ['merge', { mode: 'all' }], ...Object.fromEntries(Array.from({ length: width - 2 }, (_, index) => [`s${index}`, ['merge', { mode: 'all' }]] as [string, [string, object]])) } as Parameters<typeof graphOf>[0],
  ...Array.from({ length: width - 2 }, (_, index) => [`from -> s${index}`, `s${index} -> to`]).flat(),
)
/** So many items of five steps each. */
const mapOf = (items: number): Graph => graphOf({
  in: ['input'], m: ['map', { items: 'input.items', concurrency: 16, body: graphOf(Object.fromEntries(['i', 'a', 'b', 'c', 'o'].map((id) => [id, id === 'i' ? ['input'] : ['merge', { mode: 'all' }]])), 'i -> a', 'a -> b', 'b -> c', 'c -> o') }],
}, 'in -> m')

/** Runs graphs to their end on an engine of its own over this store. */
function houseOn({ runLog: log, snapshots }: { runLog: RunLog; snapshots: SnapshotStore }) {
  const feed = createRunFeed()
  const ends = new Map<string, (how: string) => void>()
  feed.subscribe(undefined, (runId, events) => events.forEach(({ type }) => (type === 'run.completed' || type === 'run.failed') && ends.get(runId)?.(type)))
  const engine = createEngine({
    log, feed, clock, ids, snapshots, logger: () => undefined, limits: { total: 1_000, perWorkflow: Infinity, perModel: {} }, modelOf: (name) => name,
    templates: { render: never, evaluate: (_expression, { input }) => Promise.resolve((input as { items?: [] }).items ?? null) }, models: { chat: never }, findCallee: never, http: { send: never }, browser: { run: never, report: () => ({ ready: false, message: '' }) }, python: { run: never, report: () => ({ level: 'none', message: '' }) },
  })
  return {
    async run(graph: Graph, input: object = {}): Promise<void> {
      const runId = ids.next('run') as RunId
      const graphHash = await log.saveGraph(graph)
      await log.append(runId, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 'draft', graphHash, input: input as never, priority: 5 }], 0, (events) => foldRun(emptyRun, events))
      const ended = new Promise<string>((resolve) => ends.set(runId, resolve))
      await engine.submit(runId)
      const how = await ended
      ends.delete(runId)
      if (how !== 'run.completed') throw new Error(`A run ended with ${how}`)
    },
    stop: () => engine.stop(),
  }
}

/** The graph with nothing around it: each step a promise that waits for those before it. */
async function promises(graph: Graph): Promise<void> {
  const done = new Map<string, Promise<void>>()
  const of = (id: string): Promise<void> => {
    let known = done.get(id)
    if (!known) done.set(id, (known = Promise.all(graph.edges.filter((edge) => edge.target === id).map((edge) => of(edge.source))).then(() => undefined)))
    return known
  }
  await Promise.all(graph.nodes.map((node) => of(node.id)))
}

type Peer = { name: string; run: (graph: Graph, input?: object) => Promise<void>; close?: () => Promise<void> }
const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
const sqlite = await openStore({ dataDir: folder, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'sqlite'), clock })
const postgres = process.env.HEDDLE_TEST_POSTGRES === undefined ? undefined : await openPostgresStore({ url: process.env.HEDDLE_TEST_POSTGRES, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'postgresql'), clock })
const houses = [['SQLite', sqlite], ...(postgres ? [['PostgreSQL', postgres] as const] : [])] as const
const running = houses.map(([name, store]) => ({ name, ...houseOn(store) }))
const stores: Peer[] = running.map(({ name, run }) => ({ name: `Heddle, ${name}`, run }))
const others = await openOthers()
const peers: Peer[] = [...stores, ...others, { name: 'promises', run: promises }]

/** What is in bench/peers and can work here; says of the others why not. */
async function openOthers(): Promise<Peer[]> {
  const opened: Peer[] = []
  for (const file of ['bullmq', 'dbos']) {
    try {
      // Beside its own packages, which are not the product's: nothing that a bundle could hold.
      const { open } = (await import(pathToFileURL(join(process.cwd(), 'bench', 'peers', `${file}.mjs`)).href)) as { open: () => Promise<Peer> }
      opened.push(await open())
    } catch (error) {
      process.stdout.write(`Without ${file}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  return opened
}

/** @returns for each peer ms of so many runs of the graph at once, the median of some rounds; in each round all have their turn */
async function timed(graph: Graph, atOnce: number): Promise<number[]> {
  const times = peers.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, peer] of peers.entries()) {
      const began = performance.now()
      await Promise.all(Array.from({ length: atOnce }, () => peer.run(graph)))
      times[index]!.push(performance.now() - began)
    }
  }
  return times.map((each) => percentile(each, 50))
}

for (const peer of peers) for (const graph of [chain(STEPS), fanOut(STEPS)]) await peer.run(graph)
const rows: string[][] = []
for (const [shape, graph] of [['chain', chain(STEPS)], ['fan-out', fanOut(STEPS)]] as const) for (const atOnce of [1, 50]) {
  const times = await timed(graph, atOnce)
  rows.push([`${shape} of ${STEPS}, ${atOnce} at once`, ...times.map((ms) => `${(ms / STEPS / atOnce).toFixed(3)} ms, ${Math.round((STEPS * atOnce) / (ms / 1_000))}/s, × ${(ms / times[0]!).toFixed(2)}`)])
}
process.stdout.write(table(['each step, steps a second, against the first', ...peers.map(({ name }) => name)], rows))
for (const { close } of others) await close?.()

const growth: string[][] = []
const first = 20
const per = new Map<string, number>()
for (const items of [first, 200, 1_000, 2_000]) {
  const steps = items * 5
  growth.push([String(steps), ...(await inTurn(stores, async (peer) => {
    const began = performance.now()
    await peer.run(mapOf(items), { items: Array.from({ length: items }, (_, index) => index) })
    const each = (performance.now() - began) / steps
    if (items === first) per.set(peer.name, each)
    return `${each.toFixed(3)} ms, × ${(each / per.get(peer.name)!).toFixed(2)}`
  }))])
}
process.stdout.write(`\n${table(['steps of one run (a map), each step and against the smallest', ...stores.map(({ name }) => name)], growth)}`)

async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const one of all) results.push(await work(one))
  return results
}

running.forEach(({ stop }) => stop())
await sqlite.close()
await postgres?.close()
rmSync(folder, { recursive: true })
process.exit(0)
