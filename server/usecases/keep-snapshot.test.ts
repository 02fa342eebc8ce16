import { beforeEach, expect, test } from 'vitest'
import { LARGE_BYTES, largeOf } from '@/domain/run/large-value'
import type { RunFact, RunId } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import { fourAgents } from '@/domain/template/four-agents'
import type { LogEntry } from '@/server/ports/log-store'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

let world: ReturnType<typeof createUseCaseWorld>
let lines: LogEntry[]
let run: RunId
const completed = (nodeId: string): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1 }, { type: 'step.completed', nodeId, attempt: 1, output: nodeId }]

beforeEach(async () => {
  lines = []
  world = createUseCaseWorld({}, (line) => lines.push(line))
  const { id } = await world.workflows.create(me, { name: 'W', graph: fourAgents.graph })
  run = (await world.runs.start(me, { workflowId: id, input: fourAgents.exampleInput })).id
  await world.record(run, { type: 'run.started' }, ...completed('request'), ...completed('sena'))
})

test('a snapshot that agrees with the log is loaded as it is', async () => {
  const { id } = await world.snapshots.save(me, run, { name: 'here' })
  expect(await world.snapshots.find(me, id)).toMatchObject({ rebuilt: false, state: { seq: 6 } })
  expect((await world.runLog.read(run)).at(-1)).toMatchObject({ type: 'snapshot.saved', snapshotId: id, name: 'here', atSeq: 6, seq: 7 })
  expect(lines).toEqual([])
})

test('one that disagrees is told of and rebuilt from the log, once; a fork of it takes over what the log says', async () => {
  const kept = await world.snapshots.save(me, run, { name: 'here', seq: 4 })
  const { state } = await world.snapshots.find(me, kept.id)
  await world.deps.snapshots.save({ ...kept, state: { ...state, status: 'failed', steps: { ...state.steps, request: { ...state.steps.request!, state: { kind: 'completed', output: 'forged', handle: 'out' } } } } })
  const { id } = await world.runs.fork(me, run, { snapshotId: kept.id, overrides: {} })
  expect((await world.runs.state(me, id)).run.steps.request).toMatchObject({ state: { output: 'request' } })
  expect(lines).toMatchObject([{ level: 'ERROR', runId: run, message: expect.stringContaining(kept.id) as string, data: { storedStatus: 'failed', status: 'running' } }])
  expect(await world.snapshots.find(me, kept.id)).toMatchObject({ rebuilt: false, name: 'here', seq: 4 })
})

test('large values are kept by reference and given whole or as references; a state that was stored whole still agrees', async () => {
  const output = { body: 'x'.repeat(LARGE_BYTES) }
  await world.record(run, { type: 'step.started', nodeId: 'lead', attempt: 1 }, { type: 'step.completed', nodeId: 'lead', attempt: 1, output })
  const { id } = await world.snapshots.save(me, run, { name: 'here' })
  const outputIn = ({ state: { steps } }: { state: RunState }) => (steps.lead!.state.kind === 'completed' ? steps.lead!.state.output : undefined)
  const stored = (await world.deps.snapshots.find(id))!
  expect(JSON.stringify(stored).length).toBeLessThan(LARGE_BYTES)
  const whole = await world.snapshots.find(me, id)
  expect([whole.rebuilt, outputIn(whole)]).toEqual([false, output])
  expect(largeOf(outputIn(await world.snapshots.find(me, id, 'apart')))).toMatchObject({ bytes: JSON.stringify(output).length })
  await world.deps.snapshots.save({ ...stored, state: whole.state })
  expect((await world.snapshots.find(me, id, 'apart')).rebuilt).toBe(false)
  expect(lines).toEqual([])
})

test('a row that disagrees with the log is told of and rebuilt, and a run it had for ended goes on', async () => {
  Object.assign((await world.runLog.find(run))!, { status: 'completed', seq: 40 })
  world.submitted.length = 0
  expect((await world.runs.state(me, run)).run.status).toBe('running')
  expect(await world.runLog.find(run)).toMatchObject({ status: 'running', seq: 6 })
  expect(lines).toMatchObject([{ level: 'ERROR', runId: run, data: { storedStatus: 'completed', storedSeq: 40, status: 'running', seq: 6 } }])
  expect(world.submitted).toEqual([run])
  await world.runs.state(me, run)
  expect(lines).toHaveLength(1)
})

test('of a run at work the one who writes its log is asked to tell of the moment', async () => {
  const told: unknown[] = []
  Object.assign(world.deps.runs, { noteSnapshot: (...args: unknown[]) => (told.push(args), Promise.resolve()) })
  const { id } = await world.snapshots.save(me, run, { name: 'here', seq: 4 })
  expect(told).toEqual([[run, { snapshotId: id, name: 'here', atSeq: 4 }]])
  expect((await world.runLog.read(run)).some(({ type }) => type === 'snapshot.saved')).toBe(false)
})

test('how runs of a workflow are kept is set by workflow', async () => {
  const { id } = await world.workflows.create(me, { name: 'S', graph: fourAgents.graph })
  expect((await world.snapshots.policy(me, id)).mode).toBe('every-step')
  await world.snapshots.setPolicy(me, id, { mode: 'critical', steps: 10, keep: 5 })
  expect(await world.snapshots.policy(me, id)).toEqual({ mode: 'critical', steps: 10, keep: 5 })
  await expect(world.snapshots.setPolicy(me, 'wf_none', { mode: 'off', steps: 10, keep: null })).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
})
