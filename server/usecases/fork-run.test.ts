import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Graph } from '@/domain/graph/graph'
import { descendantsOf } from '@/domain/graph/order'
import type { Json } from '@/domain/json'
import { planRun } from '@/domain/run/plan-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { compileGraph } from '@/domain/run/run-graph'
import { stepOf } from '@/domain/run/run-state'
import { allTemplates } from '@/domain/template/all-templates'
import { fourAgents } from '@/domain/template/four-agents'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

function setUp() {
  const world = createUseCaseWorld()
  return {
    ...world,
    async begin(graph: Graph, input: Json): Promise<RunId> {
      const { id } = await world.workflows.create(me, { name: 'W', graph })
      return (await world.runs.start(me, { workflowId: id, input })).id
    },
  }
}
let world: ReturnType<typeof setUp>
beforeEach(() => (world = setUp()))

const completed = (nodeId: string, output: Json = nodeId): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1 }, { type: 'step.completed', nodeId, attempt: 1, output }]
const failed = (nodeId: string): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1 }, { type: 'step.failed', nodeId, attempt: 1, error: { code: 'X', message: 'x', retryable: false } }]
const started: RunFact = { type: 'run.started' }
const runsOf = async () => (await world.runs.list(me, {})).items

describe('a fork of the four agents, two of which are done', () => {
  let parent: RunId
  beforeEach(async () => {
    parent = await world.begin(fourAgents.graph, fourAgents.exampleInput)
    await world.record(parent, started, ...completed('request'), ...completed('sena'), ...completed('lubit'), ...failed('gitcode'))
  })
  const fork = async (wanted: Parameters<typeof world.runs.fork>[2]) => {
    const made = await world.runs.fork(me, parent, wanted)
    return { ...made, run: (await world.runs.state(me, made.id)).run }
  }

  test('is one append that names parent and node, takes over what stands before it, and is handed to the engine', async () => {
    const { id, run } = await fork({ fromNode: 'lubit', overrides: {} })
    expect((await world.runLog.read(id))[0]).toMatchObject({ type: 'run.queued', parentRunId: parent, forkedFrom: 'lubit', input: fourAgents.exampleInput })
    expect(Object.keys(run.steps)).toEqual(['request', 'sena'])
    expect(run.steps.sena).toMatchObject({ reusedFrom: parent, state: { kind: 'completed', output: 'sena' } })
    expect(run.status).toBe('queued')
    expect(world.submitted).toEqual([parent, id])
  })

  test('works on the edited graph; the parent keeps its own', async () => {
    const { id } = await fork({ fromNode: 'lubit', overrides: { lubit: { config: { prompt: 'Shorter' } } } })
    const promptOf = async (run: string) => (await world.runs.graph(me, run)).nodes.find((node) => node.id === 'lubit')?.config
    expect(await promptOf(id)).toMatchObject({ prompt: 'Shorter', maxTokens: 160 })
    expect((await promptOf(parent))?.prompt).not.toBe('Shorter')
  })

  test('takes an edited output as given, and nothing behind it', async () => {
    const { run } = await fork({ fromNode: 'gitcode', overrides: { sena: { output: { text: 'another plan' } } } })
    expect(run.steps.sena).toMatchObject({ pinned: true, state: { kind: 'completed', output: { text: 'another plan' } } })
    expect(Object.keys(run.steps)).toEqual(['request', 'sena'])
  })

  test('with another input takes over nothing that the input leads to', async () => {
    const { run } = await fork({ fromNode: 'gitcode', overrides: {}, input: { request: 'Something else' } })
    expect(run).toMatchObject({ input: { request: 'Something else' }, steps: {} })
  })

  test('of a fork says which run really did the work', async () => {
    const first = await fork({ fromNode: 'lubit', overrides: {} })
    const second = await world.runs.fork(me, first.id, { fromNode: 'lubit', overrides: {} })
    expect((await world.runs.state(me, second.id)).run).toMatchObject({ parentRunId: first.id, steps: { sena: { reusedFrom: parent } } })
  })

  test('from a snapshot takes over what was settled then, not what came later', async () => {
    const snapshot = await world.snapshots.save(me, parent, { name: 'before lubit', seq: 6 })
    const { run } = await fork({ snapshotId: snapshot.id, overrides: {} })
    expect(Object.keys(run.steps)).toEqual(['request', 'sena'])
    expect(run.forkedFrom).toBeUndefined()
    await world.snapshots.remove(me, snapshot.id)
    await expect(fork({ snapshotId: snapshot.id, overrides: {} })).rejects.toMatchObject({ code: 'UNKNOWN_SNAPSHOT' })
  })

  test.each([
    [{ fromNode: 'nobody', overrides: {} }, 'UNKNOWN_NODE'],
    [{ fromNode: 'lubit', overrides: { nobody: { output: 1 } } }, 'UNKNOWN_NODE'],
    [{ fromNode: 'lubit', overrides: { lubit: { config: { prompt: '' } } } }, 'INVALID_GRAPH'],
    [{ snapshotId: 'snap_none', overrides: {} }, 'UNKNOWN_SNAPSHOT'],
    [{ fromNode: 'lubit', overrides: {}, input: { request: 7 } }, 'INVALID_INPUT'],
    [{ fromNode: 'lubit', overrides: {}, input: { request: 'x'.repeat(1024 * 1024) } }, 'BODY_TOO_LARGE'],
  ])('%j is refused as %s, and nothing is written', async (wanted, code) => {
    await expect(fork(wanted)).rejects.toMatchObject({ code })
    expect(await runsOf()).toHaveLength(1)
    expect(world.submitted).toEqual([parent])
  })

  test('several branches start together, each with its own edit; one that is refused starts none', async () => {
    const branches = ['Shorter', 'Longer'].map((prompt) => ({ fromNode: 'lubit', overrides: { lubit: { config: { prompt } } } }))
    const { ids, parentRunId } = await world.runs.forks(me, parent, [...branches, { fromNode: 'gitcode', overrides: { lubit: { output: 'given' } } }])
    expect(parentRunId).toBe(parent)
    expect(world.submitted).toEqual([parent, ...ids])
    const prompts = await Promise.all(ids.map(async (id) => (await world.runs.graph(me, id)).nodes.find((node) => node.id === 'lubit')?.config.prompt))
    expect(prompts.slice(0, 2)).toEqual(['Shorter', 'Longer'])
    expect((await world.runs.state(me, ids[2]!)).run).toMatchObject({ parentRunId: parent, steps: { lubit: { pinned: true } } })
    expect((await world.runs.list(me, { parentRunId: parent })).items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    await expect(world.runs.forks(me, parent, [...branches, { fromNode: 'nobody', overrides: {} }])).rejects.toMatchObject({ code: 'UNKNOWN_NODE' })
    expect(await runsOf()).toHaveLength(4)
  })

  test('a snapshot of another run is refused', async () => {
    const other = await world.begin(fourAgents.graph, fourAgents.exampleInput)
    const snapshot = await world.snapshots.save(me, other, { name: 'theirs' })
    await expect(fork({ snapshotId: snapshot.id, overrides: {} })).rejects.toMatchObject({ code: 'UNKNOWN_SNAPSHOT' })
  })
})

describe('laws of forks', () => {
  const cases = fc.constantFrom(...allTemplates).chain((template) =>
    fc.record({
      template: fc.constant(template),
      ends: fc.array(fc.constantFrom('completed', 'failed', 'skipped', 'running', 'none'), { minLength: template.graph.nodes.length, maxLength: template.graph.nodes.length }),
      from: fc.constantFrom(...template.graph.nodes.map((node) => node.id as string)),
      given: fc.option(fc.constantFrom(...template.graph.nodes.map((node) => node.id as string)), { nil: undefined }),
    }),
  )

  test('whatever became of the parent, what is taken over is as it was there, nothing behind an edit is, and the rest can be planned', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ template: { graph, exampleInput }, ends, from, given }) => {
        world = setUp()
        const parent = await world.begin(graph, exampleInput)
        await world.record(parent, started, ...graph.nodes.flatMap(({ id }, index): RunFact[] => {
          switch (ends[index]) {
            case 'completed': return completed(id)
            case 'failed': return failed(id)
            case 'skipped': return [{ type: 'step.skipped', nodeId: id, reason: { kind: 'run-if-false' } }]
            case 'running': return [{ type: 'step.started', nodeId: id, attempt: 1 }]
            default: return []
          }
        }))
        const { run: before } = await world.runs.state(me, parent)
        const { id } = await world.runs.fork(me, parent, { fromNode: from, overrides: given === undefined ? {} : { [given]: { output: 'given' } } })
        const { run } = await world.runs.state(me, id)
        const edited = [from, ...(given === undefined ? [] : [given])]
        const again = new Set(edited.flatMap((node) => [node, ...descendantsOf(graph, node)]))
        for (const [key, step] of Object.entries(run.steps)) {
          if (key === given) expect(step).toMatchObject({ pinned: true, state: { kind: 'completed', output: 'given' } })
          else {
            expect(again.has(key)).toBe(false)
            expect(step).toMatchObject({ reusedFrom: parent, state: stepOf(before, key).state })
          }
        }
        planRun(run, compileGraph(graph), 0)
      }),
      { numRuns: 200 },
    )
  })
})
