import { beforeEach, expect, test } from 'vitest'
import { createQuietAlerts } from '../adapters/memory/quiet-alerts'
import type { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { fourAgents } from '@/domain/template/four-agents'
import { retryAnswer } from '@/wire/runs'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryLogStore } from '../adapters/memory/memory-log-store'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { createMemorySnapshotStore } from '../adapters/memory/memory-snapshot-store'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { createRunFeed } from '../adapters/memory/run-feed'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { createUseCases } from '../boot/use-cases'
import { localActor as me } from './actor'

function setUp() {
  const clock = createManualClock()
  const runLog = createMemoryRunLog({ clock })
  const submitted: string[] = []
  const useCases = createUseCases({
    ...createQuietAlerts(), clock, runLog, ids: createSeededIds(), feed: createRunFeed(), workflows: createMemoryWorkflowStore(), snapshots: createMemorySnapshotStore(), logs: createMemoryLogStore(),
    runs: { submit: (id: RunId) => (submitted.push(id), Promise.resolve()), cancel: () => Promise.resolve(), answer: () => Promise.resolve(), line: () => [], setPause: () => undefined },
    fleet: () => ({ simulated: true, policy: 'p', waiting: 0, instances: [] }), health: () => ({ status: 'ok' as const, version: '0', uptimeMs: 0, checks: [] }),
  })
  const record = async (id: RunId, ...facts: RunFact[]): Promise<void> => {
    const { run } = await useCases.runs.state(me, id)
    await runLog.append(id, facts, run.seq, (events) => foldRun(run, events))
  }
  return {
    ...useCases, submitted, record,
    async failed(retryable = true, graph: Graph = fourAgents.graph): Promise<RunId> {
      const { id: workflowId } = await useCases.workflows.create(me, { name: 'W', graph })
      const { id } = await useCases.runs.start(me, { workflowId, input: fourAgents.exampleInput, priority: 7 })
      const [first, second] = graph.nodes
      const error = { code: 'X', message: 'x', retryable }
      await record(id, { type: 'run.started' }, { type: 'step.started', nodeId: first!.id, attempt: 1 }, { type: 'step.completed', nodeId: first!.id, attempt: 1, output: 'kept' })
      await record(id, { type: 'step.started', nodeId: second!.id, attempt: 1 }, { type: 'step.failed', nodeId: second!.id, attempt: 1, error }, { type: 'run.failed', error, nodeId: second!.id })
      return id
    },
  }
}
let world: ReturnType<typeof setUp>
beforeEach(() => (world = setUp()))

test('each failed run goes on in a new one from where it failed, and is handed to the engine', async () => {
  const ids = [await world.failed(), await world.failed()]
  world.submitted.length = 0
  const results = await world.runs.retry(me, ids)
  const started = results.map((one) => ('runId' in one ? one.runId : undefined))
  expect(world.submitted).toEqual(started)
  const { run } = await world.runs.state(me, started[0]!)
  const [first, second] = fourAgents.graph.nodes
  expect(run).toMatchObject({ parentRunId: ids[0], priority: 7, status: 'queued' })
  expect([run.steps[first!.id]?.reusedFrom, run.steps[second!.id]]).toEqual([ids[0], undefined])
})

test('a run that cannot be tried again is refused alone, with its reason, and counted', async () => {
  const [good, cancelled] = [await world.failed(), await world.failed()]
  const [running] = await world.runs.retry(me, [cancelled])
  const other = 'runId' in running! ? running.runId : ''
  const answer = retryAnswer(await world.runs.retry(me, [good, cancelled, other, 'run_none', 'constructor', good]))
  expect(answer).toMatchObject({ retried: 1, refused: 4 })
  expect(answer.results.map(({ problem }) => problem?.code)).toEqual([undefined, 'ALREADY_RETRIED', 'RUN_NOT_FAILED', 'UNKNOWN_RUN', 'UNKNOWN_RUN'])
})

test('a run whose retry failed or was cancelled may be tried again; one whose retry went well may not', async () => {
  const id = await world.failed()
  for (const end of [{ type: 'run.failed', error: { code: 'X', message: 'x', retryable: true } }, { type: 'run.cancelled', by: 'me' }] as const) {
    const [again] = await world.runs.retry(me, [id])
    await world.record('runId' in again! ? again.runId : (id), end)
  }
  const [last] = await world.runs.retry(me, [id])
  await world.record('runId' in last! ? last.runId : id, { type: 'run.completed', output: null })
  expect(retryAnswer(await world.runs.retry(me, [id])).results[0]?.problem?.code).toBe('ALREADY_RETRIED')
})

test('failed runs are listed by whether another try may help', async () => {
  const [soon, never] = [await world.failed(true), await world.failed(false)]
  const listed = async (failure: 'retryable' | 'final') => (await world.runs.list(me, { status: 'failed', failure })).items.map(({ id }) => id)
  expect([await listed('retryable'), await listed('final')]).toEqual([[soon], [never]])
})
