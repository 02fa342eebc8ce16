/**
 * What running side by side brings, where each step takes a while as a model call does: five independent tasks beside the
 * same five in a row, and a graph of 500 nodes of which 100 work at once, beside the time its longest way needs at the
 * least. The product's embedded store, in one run. Not measured: model servers, which slow each other down.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { openStore } from '@/server/adapters/prisma/open-store'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createEngine } from '@/server/engine/engine'
import { graphOf } from '@/server/engine/engine-world.suite'
import { layers } from '@/server/engine/layers.suite'
import { percentile, table } from './figures'

const TASK_MS = 200
const ROUNDS = 5
const clock = createSystemClock()
const ids = createRandomIds()
const never = () => Promise.reject(new Error('not in this bench'))
const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
const { runLog: log, snapshots, close } = await openStore({ dataDir: folder, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'sqlite'), clock })
const feed = createRunFeed()
const ends = new Map<string, (how: string) => void>()
feed.subscribe(undefined, (runId, events) => events.forEach(({ type }) => (type === 'run.completed' || type === 'run.failed') && ends.get(runId)?.(type)))
let [atWork, most] = [0, 0]
const engine = createEngine({
  log, feed, clock, ids, snapshots, logger: () => undefined, limits: { total: 10, perWorkflow: Infinity, perModel: {} }, modelOf: (name) => name,
  templates: { render: (text) => Promise.resolve(text), evaluate: never }, findCallee: never, http: { send: never }, browser: { run: never, report: () => ({ ready: false, message: '' }) }, python: { run: never, report: () => ({ level: 'none', message: '' }) },
  models: {
    chat: async () => {
      most = Math.max(most, ++atWork)
      await new Promise((resolve) => setTimeout(resolve, TASK_MS))
      atWork -= 1
      return { text: 'done', finishReason: 'stop', usage: { promptTokens: 1, completionTokens: 1 }, route: { instance: 'i', policy: 'p', queueMs: 0, prefillMs: 1, decodeMs: 1, promptTokens: 1, completionTokens: 1 } }
    },
  },
})

/** @returns ms of one run of the graph */
async function timed(graph: Graph): Promise<number> {
  const runId = ids.next('run') as RunId
  const graphHash = await log.saveGraph(graph)
  const began = performance.now()
  await log.append(runId, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 'draft', graphHash, input: {}, priority: 5 }], 0, (events) => foldRun(emptyRun, events))
  const ended = new Promise<string>((resolve) => ends.set(runId, resolve))
  await engine.submit(runId)
  const how = await ended
  ends.delete(runId)
  if (how !== 'run.completed') throw new Error(`A run ended with ${how}`)
  return performance.now() - began
}

async function median(graph: Graph): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(graph))
  return percentile(times, 50)
}

const five = { ...Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`t${index}`, ['agent', { prompt: 'work' }] as [string, object]])) } as Parameters<typeof graphOf>[0]
await timed(graphOf(five))
const inSequence = await median(graphOf(five, 't1 -> t2', 't2 -> t3', 't3 -> t4', 't4 -> t5'))
const inParallel = await median(graphOf(five))
process.stdout.write(table([`five tasks of ${TASK_MS} ms`, 'in sequence', 'in parallel', 'faster'], [['embedded', `${inSequence.toFixed(0)} ms`, `${inParallel.toFixed(0)} ms`, `× ${(inSequence / inParallel).toFixed(2)}`]]))
most = 0
const wide = await median(layers(5, 100))
process.stdout.write(`\n${table([`500 nodes of ${TASK_MS} ms, 5 after each other`, 'at work at once', 'the longest way at least', 'took', 'of it'], [['embedded', String(most), `${5 * TASK_MS} ms`, `${wide.toFixed(0)} ms`, `× ${(wide / (5 * TASK_MS)).toFixed(2)}`]])}`)
engine.stop()
await close()
rmSync(folder, { recursive: true })
process.exit(inSequence / inParallel >= 3 && most === 100 ? 0 : 1)
