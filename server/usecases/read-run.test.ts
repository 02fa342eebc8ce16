import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { LARGE_BYTES } from '@/domain/run/large-value'
import type { RunEvent } from '@/domain/run/run-event'
import { fourAgents } from '@/domain/template/four-agents'
import { runBody } from '@/wire/run-body'
import { itemResultsBody } from '@/wire/results'
import { RunBody } from '@/wire/runs'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

const large = { body: 'x'.repeat(LARGE_BYTES) }

async function twoRuns() {
  const world = createUseCaseWorld()
  const { id } = await world.workflows.create(me, { name: 'W', graph: fourAgents.graph })
  const [run, other] = [(await world.runs.start(me, { workflowId: id, input: fourAgents.exampleInput })).id, (await world.runs.start(me, { workflowId: id, input: fourAgents.exampleInput })).id]
  await world.record(run, { type: 'run.started' }, { type: 'step.started', nodeId: 'request', attempt: 1, input: large }, { type: 'step.completed', nodeId: 'request', attempt: 1, output: large }, { type: 'run.completed', output: ['small'] })
  return { ...world, run, other }
}

async function all(pages: AsyncIterable<RunEvent[]>): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const page of pages) events.push(...page)
  return events
}

test('a run comes whole unless it is asked with references, and each of these is given whole', async () => {
  const world = await twoRuns()
  const whole = runBody(world.run, (await world.runs.state(me, world.run)).run)
  expect(whole.steps.request).toMatchObject({ input: large, output: large })
  expect(JSON.stringify(whole)).not.toContain('"large"')

  const body = RunBody.parse(JSON.parse(JSON.stringify(runBody(world.run, (await world.runs.state(me, world.run, 'apart')).run))))
  const { input, output, large: told } = body.steps.request!
  expect([input, output, told?.input, body.output, body.large]).toEqual([null, null, told?.output, ['small'], undefined])
  expect(told?.output).toMatchObject({ bytes: JSON.stringify(large).length, preview: JSON.stringify(large).slice(0, 300) })
  expect(JSON.parse(await world.runs.largeValue(me, world.run, told!.output!.hash))).toEqual(large)

  const apart = await all(await world.runs.events(me, world.run, 0, 'apart'))
  expect(JSON.stringify(apart).length).toBeLessThan(LARGE_BYTES)
  expect(apart.map(({ seq }) => seq)).toEqual((await all(await world.runs.events(me, world.run, 0))).map(({ seq }) => seq))
})

test('a value is given to whoever may read the run that holds it, by the name of that run alone', async () => {
  const world = await twoRuns()
  const { large: told } = runBody(world.run, (await world.runs.state(me, world.run, 'apart')).run).steps.request!
  const { hash } = told!.output!
  await expect(world.runs.largeValue(me, world.other, hash)).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' })
  await expect(world.runs.largeValue(me, world.run, '0'.repeat(64))).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' })
  await expect(world.runs.largeValue(me, 'run_none', hash)).rejects.toMatchObject({ code: 'UNKNOWN_RUN' })
  await expect(world.runs.largeValue(me, '../etc', hash)).rejects.toMatchObject({ code: 'UNKNOWN_RUN' })
})

test('what a map did with one item is told by itself', async () => {
  const world = createUseCaseWorld()
  const at = { position: { x: 0, y: 0 } }
  const graph = Graph.parse({ nodes: [{ id: 'each', type: 'map', name: 'Each', ...at, config: { items: '[1, 2]', body: { nodes: [{ id: 'work', type: 'transform', name: 'Work', ...at, config: { expression: 'input * 2' } }], edges: [] } } }], edges: [] })
  const { id } = await world.workflows.create(me, { name: 'W', graph })
  const run = (await world.runs.start(me, { workflowId: id, input: null })).id
  await world.record(run, { type: 'run.started' }, { type: 'step.started', nodeId: 'each', attempt: 1, input: [1, 2] })
  for (const index of [0, 1]) await world.record(run, { type: 'step.started', nodeId: `each[${index}].work`, attempt: 1, input: index + 1 }, { type: 'step.completed', nodeId: `each[${index}].work`, attempt: 1, output: (index + 1) * 2 })
  const { results } = itemResultsBody(await world.runs.itemResults(me, run, 'each[0]'))
  expect(results.work).toMatchObject({ runId: run, status: 'completed', output: 2, cut: [] })
  expect(await world.runs.itemResults(me, run, 'nobody[0]')).toEqual({})
})
