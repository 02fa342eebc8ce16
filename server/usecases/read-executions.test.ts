import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { emptyGraph } from '@/domain/graph/graph'
import { createRunRecorder } from '@/server/engine/samples/record-runs'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemorySampleStore } from '../adapters/memory/memory-sample-store'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import type { SampleStore } from '../ports/sample-store'
import type { TokenPrice } from '@/domain/metric/token-price'
import { localActor as me } from './actor'
import { measureWorkflow } from './measure-workflow'
import { DRAWN_WORKFLOWS, readExecutions } from './read-executions'
import { readRun } from './read-run'

const START = 1_000_000 * 3_600_000
const error = { code: 'X', message: 'x', retryable: false }

async function world() {
  const clock = createManualClock(START)
  const runLog = createMemoryRunLog({ clock })
  const workflows = createMemoryWorkflowStore()
  await workflows.create({ id: 'wf_1', name: 'First', description: '', graph: emptyGraph, now: 0 })
  const samples: SampleStore = createMemorySampleStore()
  const prices: { from: number; prices: TokenPrice[] }[] = []
  const read = readRun({ runLog, runs: { line: () => [], submit: () => Promise.resolve() }, logger: () => undefined })
  const executions = readExecutions({ samples, runLog, workflows, read, clock, tokenPrices: () => Promise.resolve(prices) })
  let runs = 0
  return {
    clock, samples, executions, prices, measure: measureWorkflow({ runLog, workflows, read, executions }),
    /** A run of `ms` with one step of `ms` that ends now. */
    async end(ok: boolean, ms: number, workflowId = 'wf_1'): Promise<void> {
      const id = `run_${runs++}` as RunId
      const step: RunFact = ok ? { type: 'step.completed', nodeId: 'a', attempt: 1, output: null, usage: { promptTokens: 30, cachedTokens: 20, completionTokens: 5 } } : { type: 'step.failed', nodeId: 'a', attempt: 1, error }
      const end: RunFact = ok ? { type: 'run.completed', output: null } : { type: 'run.failed', error }
      const begun = await runLog.append(id, [{ type: 'run.queued', workflowId, workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }, { type: 'step.started', nodeId: 'a', attempt: 1 }], 0, (events) => foldRun(emptyRun, events))
      clock.advance(ms)
      await runLog.append(id, [step, end], begun.length, (events) => foldRun(foldRun(emptyRun, begun), events))
    },
    async writeDown(): Promise<void> {
      const recorder = createRunRecorder({ samples, log: runLog, clock, logger: () => undefined, onDuty: () => true })
      recorder.start()
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((resolve) => setTimeout(resolve))
        clock.advance(50)
      }
      await recorder.stop()
    },
  }
}

test('runs are told as soon as they end, and once when they have been written down', async () => {
  const { clock, executions, end, writeDown } = await world()
  await end(true, 1_000)
  await end(false, 3_000)
  const fresh = await executions.workflow(me, 'wf_1', {})
  expect(fresh).toMatchObject({ stepMs: 10_000, workflow: { total: { executions: 2, failures: 1, durationMs: { mean: 2_000, min: 1_000, max: 3_000, stdev: 1_000 }, tokens: { prompt: 30, cached: 20 } }, points: [{ at: START, executions: 2, failures: 1, promptTokens: 30, cachedTokens: 20, completionTokens: 5 }] }, agents: { a: { total: { executions: 2 } } } })
  clock.advance(20_000)
  await writeDown()
  const written = await executions.workflow(me, 'wf_1', {})
  expect([written.workflow.points, written.agents.a!.total.durationMs]).toEqual([fresh.workflow.points, fresh.agents.a!.total.durationMs])
  await end(true, 1_000)
  expect((await executions.workflow(me, 'wf_1', {})).workflow.total).toMatchObject({ executions: 3, failures: 1 })
})

test('costs are those of the calls, at the prices of their time, fresh or written down; without prices, or of a model without one, nothing is said', async () => {
  const { clock, prices, samples, executions, end, writeDown } = await world()
  const costs = async () => {
    const { workflow, agents } = await executions.workflow(me, 'wf_1', {})
    return [workflow.total.cost, agents.a!.total.cost]
  }
  await end(true, 1_000)
  expect(await costs()).toEqual([null, null])
  prices.push({ from: 0, prices: [{ model: '*', prompt: 1e6, completion: 2e6 }] }, { from: START + 20_000, prices: [{ model: '*', prompt: 1e7, completion: 0 }] })
  expect(await costs()).toEqual([40, 40])
  clock.advance(25_000)
  await end(true, 1_000)
  expect(await costs()).toEqual([340, 340])
  await writeDown()
  clock.advance(10_000)
  await writeDown()
  expect(await costs()).toEqual([340, 340])
  expect((await executions.all(me, {})).workflows.map(({ total }) => total.cost)).toEqual([340])
  prices[1]!.prices = [{ model: 'another', prompt: 1, completion: 1 }]
  expect(await costs()).toEqual([null, null])
  // Written down before tokens were told apart by model.
  prices.splice(1)
  const [bucket] = await samples.read({ kind: 'workflow', stepMs: 10_000, from: START, to: START + 10_000 })
  const { models: _, ...tokens } = (bucket!.figures as { tokens: Record<string, number> }).tokens
  await samples.write([{ ...bucket!, figures: { ...(bucket!.figures as object), tokens } as never }], { name: 'x', from: undefined, to: 1 })
  expect(await costs()).toEqual([null, 80])
})

test('what is being rolled up now is told by workflow, from its stored steps and from what has just ended', async () => {
  const { clock, executions, end, writeDown } = await world()
  await end(true, 1_000)
  clock.advance(20_000)
  await writeDown()
  await end(false, 500, 'wf_2')
  await end(true, 500)
  const recent = await executions.recent(me, clock.now() - 30_000)
  expect(recent.map(({ workflowId, stepMs, at, executions: count, failures }) => [workflowId, stepMs, at - START, count, failures])).toEqual([['wf_1', 10_000, 0, 1, 0], ['wf_1', 10_000, 20_000, 1, 0], ['wf_2', 10_000, 20_000, 1, 1]])
  // A step that ended before is not told again.
  expect((await executions.recent(me, clock.now() - 5_000)).map(({ at }) => at - START)).toEqual([20_000, 20_000])
})

test('a write while figures are read counts nothing twice', async () => {
  const { clock, samples, executions, end, writeDown } = await world()
  await end(true, 1_000)
  clock.advance(20_000)
  const { read } = samples
  let between: (() => Promise<void>) | undefined = writeDown
  samples.read = async (query) => {
    const rows = await read(query)
    const act = between
    between = undefined
    await act?.()
    return rows
  }
  expect((await executions.all(me, {})).all.total.executions).toBe(1)
})

test('throughput is of the time shown, which is made of whole steps', async () => {
  const { clock, executions, end } = await world()
  for (let more = 0; more < 6; more++) await end(true, 5_000)
  const { from, to, all } = await executions.all(me, { from: clock.now() - 20_001, step: 60_000 })
  expect([from, to, all.total.perMinute]).toEqual([START, clock.now() + 1, (6 * 60_000) / 30_001])
  expect((await executions.all(me, { from: START, to: START + 10_000 })).all.total).toMatchObject({ executions: 1, perMinute: 6 })
})

test('workflows stand by their executions; of many only the first have points, and one that was deleted has no name', async () => {
  const { executions, end } = await world()
  await end(true, 10)
  await end(true, 10)
  for (let more = 0; more < DRAWN_WORKFLOWS; more++) await end(true, 10, `wf_gone${more}`)
  const { workflows } = await executions.all(me, {})
  expect(workflows[0]).toMatchObject({ workflowId: 'wf_1', name: 'First', total: { executions: 2 } })
  expect([workflows.length, workflows[1]!.name, workflows.at(-1)!.points, workflows.at(-2)!.points.length]).toEqual([DRAWN_WORKFLOWS + 1, null, [], 1])
})

test('the figures of a workflow over a time are those of all that ended within it', async () => {
  const { clock, measure, end, writeDown } = await world()
  for (let more = 0; more < 210; more++) await end(more % 2 === 0, 100)
  expect(await measure(me, 'wf_1')).toMatchObject({ executions: 200 })
  clock.advance(20_000)
  await writeDown()
  const figures = await measure(me, 'wf_1', { from: START })
  expect(figures).toMatchObject({ executions: 210, failures: 105, successRate: 0.5, durationMs: { mean: 100, total: 21_000, p50: 100 }, agents: { a: { executions: 210 } } })
})

test('what cannot be read is refused', async () => {
  const { executions } = await world()
  await expect(executions.workflow(me, 'wf_none', {})).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  await expect(executions.all(me, { from: 2, to: 1 })).rejects.toMatchObject({ code: 'INVALID_RANGE' })
})
