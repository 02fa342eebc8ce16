import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { emptyGraph } from '@/domain/graph/graph'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemorySampleStore } from '../adapters/memory/memory-sample-store'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { localActor as me } from './actor'
import { measureWorkflow } from './measure-workflow'
import { readExecutions } from './read-executions'
import { readRun } from './read-run'

async function setUp() {
  const clock = createManualClock()
  const runLog = createMemoryRunLog({ clock })
  const workflows = createMemoryWorkflowStore()
  await workflows.create({ id: 'wf_1', name: 'W', description: '', graph: emptyGraph, now: 0 })
  const read = readRun({ runLog, runs: { line: () => [], submit: () => Promise.resolve() }, logger: () => undefined })
  const measure = measureWorkflow({ runLog, workflows, read, executions: readExecutions({ runLog, workflows, read, clock, samples: createMemorySampleStore(), tokenPrices: () => Promise.resolve([]) }) })
  let runs = 0
  /** Each fact is recorded 100 ms after the one before. */
  const record = async (...facts: RunFact[]) => {
    const id = `run_${runs++}` as RunId
    let state = emptyRun
    for (const fact of [{ type: 'run.queued' as const, workflowId: 'wf_1', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' as const }, ...facts]) {
      const before = state
      const events = await runLog.append(id, [fact], before.seq, (given) => foldRun(before, given))
      state = foldRun(before, events)
      clock.advance(100)
    }
  }
  return { measure, record }
}
const started = (nodeId: string): RunFact => ({ type: 'step.started', nodeId, attempt: 1 })
const completed = (nodeId: string, more: object = {}): RunFact => ({ type: 'step.completed', nodeId, attempt: 1, output: null, ...more })
const error = { code: 'X', message: 'x', retryable: false }

test('runs and nodes are counted once they have ended; what was taken over or is under way is not', async () => {
  const { measure, record } = await setUp()
  await record(started('a'), completed('a'), started('m[0].b'), completed('m[0].b'), started('m[1].b'), completed('m[1].b'), { type: 'run.completed', output: null })
  await record(started('a'), { type: 'step.failed', nodeId: 'a', attempt: 1, error }, { type: 'run.failed', error, nodeId: 'a' })
  await record(started('a'), completed('a', { reused: { runId: 'run_0' } }), { type: 'run.completed', output: null })
  await record(started('a'))
  await record({ type: 'run.cancelled', by: 'me' })
  const figures = await measure(me, 'wf_1')
  expect(figures).toMatchObject({ executions: 3, successes: 2, failures: 1, durationMs: { min: 300, max: 700 } })
  expect(figures.agents.a).toMatchObject({ executions: 2, failures: 1, durationMs: { mean: 100 } })
  expect(figures.agents['m.b']).toMatchObject({ executions: 2, failures: 0 })
})

test('a node that calls a model says what it uses', async () => {
  const { measure, record } = await setUp()
  await record(started('a'), completed('a', { usage: { promptTokens: 100, cachedTokens: 64, completionTokens: 20 } }), started('b'), completed('b'), { type: 'run.completed', output: null })
  const { agents } = await measure(me, 'wf_1')
  expect(agents.a?.tokens).toEqual({ prompt: 100, cached: 64, completion: 20 })
  expect(agents.b?.tokens).toBeNull()
})

test('an unknown workflow is refused', async () => {
  await expect((await setUp()).measure(me, 'wf_none')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
})
