import { beforeEach, expect, test } from 'vitest'
import type { Graph } from '@/domain/graph/graph'
import { Graph as GraphSchema } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { planRun } from '@/domain/run/plan-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { compileGraph } from '@/domain/run/run-graph'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

const node = (id: string, type: string, config: Record<string, Json> = {}) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config })
const graphOf = (changed: Record<string, Record<string, Json>> = {}): Graph => GraphSchema.parse({
  nodes: [node('in', 'input'), node('a', 'transform', { expression: '1', ...changed.a }), node('b', 'transform', { expression: '2', ...changed.b }), node('out', 'output', changed.out ?? {})],
  edges: [{ id: '1', source: 'in', target: 'a' }, { id: '2', source: 'a', target: 'b' }, { id: '3', source: 'b', target: 'out' }],
})
const completed = (nodeId: string, output: Json, more: Partial<Extract<RunFact, { type: 'step.completed' }>> = {}): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1, input: { for: nodeId } }, { type: 'step.completed', nodeId, attempt: 1, output, ...more }]

let world: ReturnType<typeof createUseCaseWorld>
let id: string
beforeEach(async () => {
  world = createUseCaseWorld()
  id = (await world.workflows.create(me, { name: 'W', graph: graphOf() })).id
})
const draft = async (graph: Graph) => world.workflows.update(me, id, { graph, revision: (await world.workflows.find(me, id)).revision })
const wholeRun = async (): Promise<RunId> => {
  const run = (await world.runs.start(me, { workflowId: id, input: { q: 1 } })).id
  await world.record(run, { type: 'run.started' }, ...completed('in', { q: 1 }), { type: 'memory.written', nodeId: 'a', attempt: 1, key: 'seen', version: 1, value: 'kept' }, ...completed('a', 'A'), ...completed('b', 'B'), ...completed('out', 'B'), { type: 'run.completed', output: 'B' })
  return run
}
const attempt = async (trialNode: string, reach: 'only' | 'to' | 'from', input?: Json) => {
  const { id: run } = await world.runs.try(me, { workflowId: id, trial: { node: graphOf().nodes.find((one) => one.id === trialNode)!.id, reach }, input })
  const { run: state } = await world.runs.state(me, run)
  return { run, state, graph: await world.runs.graph(me, run) }
}

test('one node runs on the results of the last run, in a run of its own that says so', async () => {
  const base = await wholeRun()
  const { run, state, graph } = await attempt('b', 'only')
  expect(state).toMatchObject({ status: 'queued', version: 'draft', input: { q: 1 }, origin: { kind: 'trial', by: 'local', node: 'b', name: 'B', reach: 'only' } })
  expect(graph.nodes.map((one) => one.id)).toEqual(['in', 'a', 'b'])
  expect(state.steps.a).toMatchObject({ reusedFrom: base, state: { kind: 'completed', output: 'A' }, input: { for: 'a' } })
  expect(state.steps.b).toBeUndefined()
  expect(state.memory.cells.seen).toMatchObject({ value: 'kept', by: 'a' })
  expect(world.submitted).toContain(run)
  // The engine goes on with what it names, and with nothing else.
  const plans = planRun({ ...state, status: 'running' }, compileGraph(graph), 0)
  expect(plans).toEqual([{ do: 'start', key: 'in', attempt: 1 }, { do: 'start', key: 'b', attempt: 1 }])
})

test('what is taken over stands in the graph as it ran, whatever became of it since', async () => {
  await wholeRun()
  await draft(graphOf({ a: { expression: '' }, out: { value: 'steps.nobody.output' } }))
  const { graph } = await attempt('b', 'only')
  expect(graph.nodes.find((one) => one.id === 'a')?.config).toEqual({ expression: '1' })
})

test('only what runs has to be in order', async () => {
  await draft(graphOf({ a: { expression: '' } }))
  await expect(attempt('b', 'to')).rejects.toMatchObject({ code: 'INVALID_GRAPH', issues: [{ nodeId: 'a', path: 'a.expression' }] })
  await expect(attempt('b', 'only')).rejects.toMatchObject({ code: 'MISSING_OUTPUTS', issues: [{ nodeId: 'a' }] })
  await draft(graphOf({ a: { pinnedOutput: 'given' }, out: { value: 'steps.nobody.output' } }))
  const { state, graph } = await attempt('b', 'only')
  expect(state.steps.a).toBeUndefined()
  expect(graph.edges.map((edge) => edge.id)).toEqual(['2'])
})

test('a new input lets all run that it reaches; without one the last input counts', async () => {
  await wholeRun()
  expect((await attempt('b', 'to')).state.input).toEqual({ q: 1 })
  expect(Object.keys((await attempt('b', 'to')).state.steps)).toEqual(['a'])
  expect(Object.keys((await attempt('b', 'to', { q: 2 })).state.steps)).toEqual([])
})

test('results go on from trial to trial, each from the run that really did it', async () => {
  const base = await wholeRun()
  const first = await attempt('b', 'only')
  await world.record(first.run as RunId, { type: 'run.started' }, ...completed('in', { q: 1 }), ...completed('b', 'B2'), { type: 'run.completed', output: 'B2' })
  const results = (await world.results(me, id)).results
  expect(results).toMatchObject({ a: { runId: base, output: 'A' }, b: { runId: first.run, output: 'B2' }, out: { runId: base } })
  const second = await attempt('out', 'only')
  expect(second.state.steps).toMatchObject({ a: { reusedFrom: base }, b: { reusedFrom: first.run, state: { output: 'B2' } } })
})

test('a trial counts for its nodes, not for the workflow', async () => {
  await wholeRun()
  const { run } = await attempt('b', 'only')
  await world.record(run as RunId, { type: 'run.started' }, ...completed('in', { q: 1 }), ...completed('b', 'B2'), { type: 'run.completed', output: 'B2' })
  const figures = await world.measure(me, id)
  expect(figures.executions).toBe(1)
  expect(figures.agents.b?.executions).toBe(2)
  expect((await world.results(me, id)).figures.b).toMatchObject({ runs: 2, last: { tokens: null, cost: null } })
})

test('unknown nodes and workflows are refused, and nothing is written', async () => {
  await expect(world.runs.try(me, { workflowId: 'wf_none', trial: { node: 'a' as never, reach: 'only' } })).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  await expect(world.runs.try(me, { workflowId: id, trial: { node: 'nobody' as never, reach: 'only' } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await world.runs.list(me, {})).items).toEqual([])
})
