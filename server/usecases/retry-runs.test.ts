import { beforeEach, expect, test } from 'vitest'
import type { Graph } from '@/domain/graph/graph'
import type { RunId } from '@/domain/run/run-event'
import { fourAgents } from '@/domain/template/four-agents'
import { retryAnswer } from '@/wire/runs'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

function setUp() {
  const world = createUseCaseWorld()
  return {
    ...world,
    async failed(retryable = true, graph: Graph = fourAgents.graph): Promise<RunId> {
      const { id: workflowId } = await world.workflows.create(me, { name: 'W', graph })
      const { id } = await world.runs.start(me, { workflowId, input: fourAgents.exampleInput, priority: 7 })
      const [first, second] = graph.nodes
      const error = { code: 'X', message: 'x', retryable }
      await world.record(id, { type: 'run.started' }, { type: 'step.started', nodeId: first!.id, attempt: 1 }, { type: 'step.completed', nodeId: first!.id, attempt: 1, output: 'kept' })
      await world.record(id, { type: 'step.started', nodeId: second!.id, attempt: 1 }, { type: 'step.failed', nodeId: second!.id, attempt: 1, error }, { type: 'run.failed', error, nodeId: second!.id })
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
