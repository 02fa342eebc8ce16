import { expect, test } from 'vitest'
import type { Pause } from '@/domain/run/pause'
import { dataChain } from '@/domain/template/data-chain'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

function setUp() {
  const told: [string, Pause | null][] = []
  return { ...createUseCaseWorld({ setPause: (id, pause) => void told.push([id, pause]) }), told }
}

test('a pause is kept with the workflow and told to the engine; runs can still be queued', async () => {
  const { workflows, pauses, runs, told } = setUp()
  const { id } = await workflows.create(me, { name: 'W', graph: dataChain.graph })
  expect(await pauses.pause(me, id, { running: false })).toEqual({ id, paused: 'new' })
  expect(await workflows.find(me, id)).toMatchObject({ paused: 'new', revision: 1 })
  expect((await runs.start(me, { workflowId: id, input: dataChain.exampleInput })).status).toBe('queued')
  expect(await pauses.pause(me, id, { running: true })).toEqual({ id, paused: 'all' })
  expect(await pauses.resume(me, id)).toEqual({ id, paused: null })
  expect((await workflows.find(me, id)).paused).toBeNull()
  expect(told).toEqual([[id, 'new'], [id, 'all'], [id, null]])
})

test('what is not there cannot be paused, and the engine hears nothing', async () => {
  const { pauses, told } = setUp()
  await expect(pauses.pause(me, 'wf_none', { running: false })).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  await expect(pauses.resume(me, 'wf_none')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  expect(told).toEqual([])
})

test('a paused workflow that holds runs is not deleted; one that holds none is, and its pause with it', async () => {
  const { workflows, pauses, runs, told } = setUp()
  const [held, empty] = [await workflows.create(me, { name: 'W', graph: dataChain.graph }), await workflows.create(me, { name: 'E', graph: dataChain.graph })]
  await runs.start(me, { workflowId: held.id, input: dataChain.exampleInput })
  for (const { id } of [held, empty]) await pauses.pause(me, id, { running: false })
  await expect(workflows.remove(me, held.id)).rejects.toMatchObject({ code: 'WORKFLOW_HOLDS_RUNS' })
  await workflows.remove(me, empty.id)
  expect((await workflows.list(me, {})).items.map(({ id }) => id)).toEqual([held.id])
  expect(told.at(-1)).toEqual([empty.id, null])
  await pauses.resume(me, held.id)
  await workflows.remove(me, held.id)
})
