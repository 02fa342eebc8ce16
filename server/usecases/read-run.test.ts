import { expect, test } from 'vitest'
import { LARGE_BYTES } from '@/domain/run/large-value'
import type { RunEvent } from '@/domain/run/run-event'
import { fourAgents } from '@/domain/template/four-agents'
import { runBody } from '@/wire/run-body'
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
