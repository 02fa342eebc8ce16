import { expect, test } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { localActor as me } from './actor'
import { readRun } from './read-run'
import { REPORTED_RUNS, reportWorkflow } from './report-workflow'

async function setUp() {
  const clock = createManualClock(1_000)
  const runLog = createMemoryRunLog({ clock })
  const workflows = createMemoryWorkflowStore()
  await workflows.create({ id: 'wf_1', name: 'Nightly', description: '', graph: emptyGraph, now: 0 })
  const report = reportWorkflow({ runLog, workflows, read: readRun({ runLog, runs: { line: () => [], submit: () => Promise.resolve() }, logger: () => undefined }), tokenPrices: () => Promise.resolve([]) })
  /** A run created now; the clock moves on by a second. */
  const record = async (name: string, ...facts: RunFact[]) => {
    await runLog.append(`run_${name}` as RunId, [{ type: 'run.queued', workflowId: 'wf_1', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }, ...facts], 0, (events) => foldRun(emptyRun, events))
    clock.advance(1_000)
  }
  return { report, record, runLog }
}
const done: RunFact = { type: 'run.completed', output: null }

test('only runs of the period are in it, both ends included', async () => {
  const { report, record } = await setUp()
  for (const name of ['a', 'b', 'c', 'd']) await record(name, done)
  const ids = async (period: object) => (await report(me, 'wf_1', period)).history.map((run) => run.id)
  expect(await ids({})).toEqual(['run_d', 'run_c', 'run_b', 'run_a'])
  expect(await ids({ from: 2_000, to: 3_000 })).toEqual(['run_c', 'run_b'])
  expect(await report(me, 'wf_1', { from: 9_000 })).toMatchObject({ workflow: { name: 'Nightly' }, runs: { total: 0 }, history: [], cut: false })
})

test('a run that goes on is looked at again, one that has ended is not', async () => {
  const { report, record, runLog } = await setUp()
  await record('done', done)
  await record('going')
  await report(me, 'wf_1', {})
  const asked: string[] = []
  const before = runLog.read
  runLog.read = (id, ...rest) => (asked.push(id), before(id, ...rest))
  expect((await report(me, 'wf_1', {})).runs).toMatchObject({ total: 2, completed: 1, unfinished: 1 })
  expect(new Set(asked)).toEqual(new Set(['run_going']))
})

test('more runs than it looks at are cut, and it says so', async () => {
  const { report, record } = await setUp()
  for (let index = 0; index <= REPORTED_RUNS; index++) await record(String(index).padStart(4, '0'), done)
  expect(await report(me, 'wf_1', {})).toMatchObject({ cut: true, runs: { total: REPORTED_RUNS } })
})

test('an unknown workflow is refused', async () => {
  await expect((await setUp()).report(me, 'wf_none', {})).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
})
