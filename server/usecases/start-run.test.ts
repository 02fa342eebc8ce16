import { beforeEach, describe, expect, test } from 'vitest'
import { emptyGraph, Graph, NodeId } from '@/domain/graph/graph'
import { allTemplates } from '@/domain/template/all-templates'
import { dataChain } from '@/domain/template/data-chain'
import { fourAgents } from '@/domain/template/four-agents'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

function setUp() {
  const world = createUseCaseWorld()
  return { ...world, make: (graph: Graph) => world.workflows.create(me, { name: 'W', graph }) }
}
let world: ReturnType<typeof setUp>
beforeEach(() => (world = setUp()))

const good = dataChain.exampleInput
const runsOf = async () => (await world.runs.list(me, {})).items

describe('starting a run', () => {
  test('writes its first fact and hands it to the engine', async () => {
    const { id } = await world.make(dataChain.graph)
    const run = await world.runs.start(me, { workflowId: id, input: good })
    expect(run.status).toBe('queued')
    expect(world.submitted).toEqual([run.id])
    expect(await world.runLog.read(run.id)).toMatchObject([{ seq: 1, type: 'run.queued', version: 'draft', input: good }])
  })

  test('remembers the span of its caller, in its first fact and in its state', async () => {
    const { id } = await world.make(dataChain.graph)
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }
    const run = await world.runs.start(me, { workflowId: id, input: good, trace })
    expect((await world.runLog.read(run.id))[0]).toMatchObject({ trace })
    expect((await world.runs.state(me, run.id)).run.trace).toEqual(trace)
    const quick = await world.runs.quick(me, { input: fourAgents.exampleInput, trace })
    expect((await world.runs.state(me, quick.id)).run.trace).toEqual(trace)
  })

  test('works on the newest published version, on the one named, or on the draft', async () => {
    const { id, revision } = await world.make(dataChain.graph)
    await world.workflows.publish(me, id)
    await world.workflows.update(me, id, { revision, graph: fourAgents.graph })
    const graphOf = async (version?: number | 'draft', input = good) => (await world.runs.graph(me, (await world.runs.start(me, { workflowId: id, input, version })).id)).nodes.length
    expect(await graphOf()).toBe(dataChain.graph.nodes.length)
    expect(await graphOf(1)).toBe(dataChain.graph.nodes.length)
    expect(await graphOf('draft', fourAgents.exampleInput)).toBe(fourAgents.graph.nodes.length)
    await expect(graphOf(7)).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' })
  })

  test.each([
    ['an unknown workflow', 'wf_none', good, 'WORKFLOW_NOT_FOUND'],
    ['a graph that cannot run', undefined, good, 'INVALID_GRAPH'],
  ])('%s is refused, and nothing is written', async (_what, workflowId, input, code) => {
    const { id } = await world.make(emptyGraph)
    await expect(world.runs.start(me, { workflowId: workflowId ?? id, input })).rejects.toMatchObject({ code })
    expect(await runsOf()).toEqual([])
    expect(world.submitted).toEqual([])
  })

  test('what cannot be read is refused at the start, when published, and as a trial of its node; the problem names node, field and place', async () => {
    const node = (id: string, type: string, config: object) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config })
    const { id } = await world.make(Graph.parse({ nodes: [node('sum', 'transform', { expression: '1 +\n  2 *' }), node('tell', 'agent', { prompt: '{% if %}x{% endif %}', tools: [{ name: 'look', run: { kind: 'http', url: 'https://a/{{ input' } }] }), node('off', 'transform', { expression: '(', disabled: true })], edges: [] }))
    const refused = { code: 'INVALID_GRAPH', issues: [
      { path: 'sum.expression', nodeId: 'sum', code: 'SYNTAX', message: expect.stringContaining('"SUM", expression, line 2, column 6') as string },
      { path: 'tell.prompt', nodeId: 'tell', code: 'SYNTAX', message: expect.stringContaining('line 1, column 6') as string },
      { path: 'tell.tools.0.run.url', nodeId: 'tell', code: 'SYNTAX', message: expect.stringContaining('line 1, column 11') as string },
    ] }
    await expect(world.runs.start(me, { workflowId: id, input: {} })).rejects.toMatchObject(refused)
    await expect(world.workflows.publish(me, id)).rejects.toMatchObject(refused)
    await expect(world.runs.try(me, { workflowId: id, trial: { node: NodeId.parse('sum'), reach: 'only' } })).rejects.toMatchObject({ code: 'INVALID_GRAPH', issues: [refused.issues[0]] })
    expect(await runsOf()).toEqual([])
  })

  test.each([
    [{ rows: 'none' }, 'INVALID_INPUT'],
    [{}, 'INVALID_INPUT'],
    [{ rows: [{ name: 'x'.repeat(1024 * 1024), amount: 1 }] }, 'BODY_TOO_LARGE'],
  ])('an input that does not fit is refused', async (input, code) => {
    const { id } = await world.make(dataChain.graph)
    await expect(world.runs.start(me, { workflowId: id, input })).rejects.toMatchObject({ code })
    expect(await runsOf()).toEqual([])
  })

  test('the same key names the same run, also when both come at once, and per workflow', async () => {
    const [{ id }, { id: other }] = [await world.make(dataChain.graph), await world.make(dataChain.graph)]
    const start = (workflowId: string) => world.runs.start(me, { workflowId, input: good, idempotencyKey: 'k' })
    const [a, b] = await Promise.all([start(id), start(id)])
    expect(b.id).toBe(a.id)
    expect((await start(other)).id).not.toBe(a.id)
    expect(await runsOf()).toHaveLength(2)
  })

  test('a call that is repeated gets its run, even when the workflow cannot run any more', async () => {
    const { id, revision } = await world.make(dataChain.graph)
    const start = () => world.runs.start(me, { workflowId: id, input: good, idempotencyKey: 'k' })
    const first = await start()
    await world.workflows.update(me, id, { revision, graph: emptyGraph })
    expect(await start()).toEqual(first)
    await world.workflows.remove(me, id)
    expect(await start()).toEqual(first)
    expect(world.submitted).toEqual([first.id])
  })

  test('a key that was claimed by a process that died is used by the next call', async () => {
    const { id } = await world.make(dataChain.graph)
    const call = () => world.runs.start(me, { workflowId: id, input: good, idempotencyKey: 'k' })
    const { runLog } = world
    // The process dies between the claim and the first fact.
    const append = runLog.append
    runLog.append = () => Promise.reject(new Error('died'))
    await expect(call()).rejects.toThrow('died')
    runLog.append = append
    const claimed = (await runLog.findKey(id, 'k', 0))!.runId
    expect((await call()).id).toBe(claimed)
    expect(await runsOf()).toHaveLength(1)
  })
})

describe('an idempotency key', () => {
  const call = (id: string, more: { input?: typeof good; priority?: number; version?: 'draft' } = {}) => world.runs.start(me, { workflowId: id, input: good, idempotencyKey: 'k', ...more })

  test('with another body is refused, whatever differs, and nothing is started', async () => {
    const { id } = await world.make(dataChain.graph)
    const first = await call(id)
    for (const other of [{ input: { rows: [] } }, { priority: 9 }, { version: 'draft' as const }]) {
      await expect(call(id, other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    }
    expect(await call(id)).toEqual(first)
    expect(await runsOf()).toHaveLength(1)
  })

  test('does not care for the order of the keys of the input', async () => {
    const { id } = await world.make(dataChain.graph)
    const [one, turned] = [{ rows: [{ name: 'a', amount: 1 }] }, { rows: [{ amount: 1, name: 'a' }] }]
    expect((await call(id, { input: turned })).id).toBe((await call(id, { input: one })).id)
  })

  test('of two calls at once with different bodies lets one start a run', async () => {
    const { id } = await world.make(dataChain.graph)
    const answers = await Promise.allSettled([call(id), call(id, { priority: 9 })])
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await runsOf()).toHaveLength(1)
  })

  test('names its run for a week, then starts another', async () => {
    const { id } = await world.make(dataChain.graph)
    const first = await call(id)
    world.clock.advance(7 * 24 * 3_600_000)
    expect((await call(id)).id).toBe(first.id)
    world.clock.advance(1)
    const second = await call(id, { priority: 9 })
    expect(second.id).not.toBe(first.id)
    expect((await call(id, { priority: 9 })).id).toBe(second.id)
  })

  test('goes with the quick call, too', async () => {
    const quick = (request: string) => world.runs.quick(me, { input: { request }, idempotencyKey: 'k' })
    expect((await quick('a')).id).toBe((await quick('a')).id)
    await expect(quick('b')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })
})

describe('the quick call', () => {
  test('runs the four agents when nothing is named, under one workflow', async () => {
    const ids = await Promise.all([1, 2].map(() => world.runs.quick(me, { input: fourAgents.exampleInput })))
    expect(new Set((await runsOf()).map((run) => run.workflowId))).toEqual(new Set(['wf_template_four-agents']))
    expect(ids).toHaveLength(2)
  })

  test.each(allTemplates.map((template) => [template.id, template.exampleInput] as const))('takes the template %s with its example', async (template, input) => {
    await expect(world.runs.quick(me, { template, input })).resolves.toMatchObject({ status: 'queued' })
  })

  test('refuses a template that is not there', async () => {
    await expect(world.runs.quick(me, { template: 'none', input: {} })).rejects.toMatchObject({ code: 'UNKNOWN_TEMPLATE' })
  })
})

test('whatever graph is given to check, its problems come back', async () => {
  for (const graph of [null, 7, {}, { nodes: 'x' }, { nodes: [{ id: '' }], edges: [] }]) expect((await world.workflows.validate(me, graph)).length).toBeGreaterThan(0)
  expect(await world.workflows.validate(me, fourAgents.graph)).toEqual([])
})
