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

const mapped = (expression: string): Graph => GraphSchema.parse({
  nodes: [node('in', 'input'), node('each', 'map', { items: 'input.list', body: { nodes: [node('item', 'input'), node('x', 'transform', { expression: 'input' }), node('y', 'transform', { expression })], edges: [{ id: 'i', source: 'item', target: 'x' }, { id: 'j', source: 'x', target: 'y' }] } })],
  edges: [{ id: 'e', source: 'in', target: 'each' }],
})
const mappedRun = async (): Promise<RunId> => {
  await draft(mapped('1'))
  const run = (await world.runs.start(me, { workflowId: id, input: { list: ['a', 'b'] } })).id
  const inner = (index: number) => [...completed(`each[${index}].item`, 'i'), ...completed(`each[${index}].x`, `X${index}`), ...completed(`each[${index}].y`, `Y${index}`)]
  await world.record(run, { type: 'run.started' }, ...completed('in', { list: ['a', 'b'] }), { type: 'step.started', nodeId: 'each', attempt: 1, input: { items: ['a', 'b'] } }, ...inner(0), ...inner(1), { type: 'step.completed', nodeId: 'each', attempt: 1, output: ['Y0', 'Y1'] }, { type: 'run.completed', output: null })
  return run
}
const tryItem = (runId: string, step: string, inner: string, reach: 'only' | 'to' | 'from' = 'only') => world.runs.try(me, { workflowId: id, trial: { node: inner as never, reach, item: { runId, step } } })

test('a node in the body of a map runs with an item of an earlier run, on what the body did with that item', async () => {
  const base = await mappedRun()
  await draft(mapped('2'))
  expect(await world.runs.items(me, base, 'each')).toEqual({ count: 2, items: [{ index: 0, preview: 'a', status: 'completed' }, { index: 1, preview: 'b', status: 'completed' }] })
  const { run, graph } = await (async (run) => ({ run: (await world.runs.state(me, run)).run, graph: await world.runs.graph(me, run) }))((await tryItem(base, 'each[1]', 'y')).id)
  expect(run).toMatchObject({ input: { list: ['a', 'b'] }, origin: { kind: 'trial', node: 'y', reach: 'only', item: 'each[1]' } })
  expect(run.steps['each[1].x']).toMatchObject({ reusedFrom: base, state: { output: 'X1' } })
  expect(planRun({ ...run, status: 'running' }, compileGraph(graph), 0)).toEqual([{ do: 'start', key: 'each[1].item', attempt: 1 }, { do: 'start', key: 'each[1].y', attempt: 1 }])
})

test('a trial in a body goes on from trials before it with the same item', async () => {
  const base = await mappedRun()
  const first = (await tryItem(base, 'each[1]', 'x')).id
  await world.record(first, { type: 'run.started' }, ...completed('each[1].item', 'i'), ...completed('each[1].x', 'X1 anew'), { type: 'step.completed', nodeId: 'each', attempt: 1, output: ['X1 anew'] }, { type: 'run.completed', output: null })
  expect((await world.results(me, id)).results).toMatchObject({ each: { runId: base }, 'each.x': { runId: first, output: 'X1 anew', items: { alone: true } }, 'each.y': { runId: base } })
  expect((await world.runs.state(me, (await tryItem(base, 'each[1]', 'y')).id)).run.steps['each[1].x']).toMatchObject({ reusedFrom: first, state: { output: 'X1 anew' } })
  expect((await world.runs.state(me, (await tryItem(base, 'each[0]', 'y')).id)).run.steps['each[0].x']).toMatchObject({ reusedFrom: base, state: { output: 'X0' } })
})

test('an item that is not there, a run of another workflow and a body that is not in order are refused', async () => {
  const base = await mappedRun()
  await expect(tryItem(base, 'each[2]', 'y')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(tryItem(base, 'each[1]', 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await draft(mapped(''))
  await expect(tryItem(base, 'each[1]', 'y')).rejects.toMatchObject({ code: 'INVALID_GRAPH', issues: [{ nodeId: 'y' }] })
  expect(await tryItem(base, 'each[1]', 'x')).toMatchObject({ status: 'queued' })
  const other = (await world.workflows.create(me, { name: 'Other', graph: mapped('1') })).id
  await expect(world.runs.try(me, { workflowId: other, trial: { node: 'y' as never, reach: 'only', item: { runId: base, step: 'each[1]' } } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
