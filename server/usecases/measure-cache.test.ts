import { expect, test } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { localActor as me } from './actor'
import { measureCache } from './measure-cache'
import { readRun } from './read-run'

async function setUp() {
  const clock = createManualClock(1_000)
  const runLog = createMemoryRunLog({ clock })
  const workflows = createMemoryWorkflowStore()
  await workflows.create({ id: 'wf_1', name: 'Nightly', description: '', graph: emptyGraph, now: 0 })
  const record = async (name: string, ...facts: RunFact[]) => {
    await runLog.append(`run_${name}` as RunId, [{ type: 'run.queued', workflowId: 'wf_1', workflowName: 'W', version: 1, graphHash: 'h', input: { topic: 'tea' }, priority: 5 }, { type: 'run.started' }, ...facts], 0, (events) => foldRun(emptyRun, events))
    clock.advance(1_000)
  }
  return { measure: measureCache({ runLog, workflows, read: readRun({ runLog, runs: { line: () => [], submit: () => Promise.resolve() }, logger: () => undefined }) }), record }
}
const call = (nodeId: string, cachedTokens: number | undefined, more: object = {}): RunFact[] => [
  { type: 'step.scheduled', nodeId }, { type: 'step.started', nodeId, attempt: 1 },
  { type: 'step.completed', nodeId, attempt: 1, output: { text: 'four' }, usage: { promptTokens: 100, completionTokens: 8, ...(cachedTokens !== undefined && { cachedTokens }) }, ...more },
]
const done: RunFact = { type: 'run.completed', output: null }

test('cached tokens of the calls of a node, items of a map together, in the newest runs', async () => {
  const { measure, record } = await setUp()
  await record('a', ...call('plan', 0), ...call('m[0].w', 40), ...call('m[1].w', 60), done)
  await record('b', ...call('plan', 80), done)
  expect(await measure(me, 'wf_1')).toMatchObject({ runs: 2, agents: { plan: { calls: 2, promptTokens: 200, cachedTokens: 80 }, 'm.w': { calls: 2, promptTokens: 200, cachedTokens: 100 } } })
})

test('calls that do not say, results taken over and runs that go on are not in it', async () => {
  const { measure, record } = await setUp()
  await record('a', ...call('silent', undefined), ...call('taken', 90, { reused: { runId: 'run_x' } }), ...call('pinned', 90, { pinned: true }), done)
  await record('going', ...call('plan', 50))
  expect(await measure(me, 'wf_1')).toMatchObject({ runs: 1, agents: {} })
})

test('how long values were in the newest completed run', async () => {
  const { measure, record } = await setUp()
  expect((await measure(me, 'wf_1')).sizes).toBeNull()
  await record('a', ...call('plan', 0), done)
  await record('failed', { type: 'run.failed', error: { code: 'X', message: '', retryable: false } })
  expect((await measure(me, 'wf_1')).sizes).toMatchObject({ input: { fields: { topic: { bytes: 3 } } }, sharedBytes: 20, outputs: { plan: { fields: { text: { bytes: 4 } } } } })
})

test('an unknown workflow is refused', async () => {
  await expect((await setUp()).measure(me, 'wf_none')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
})
