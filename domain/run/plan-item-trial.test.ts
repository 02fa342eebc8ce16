import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { resultsOfRun } from './last-results'
import { itemsOfMap } from './map-items'
import { itemTrialFacts, itemTrialGraph, newerOfItem, planItemTrial, type ItemSource } from './plan-item-trial'
import { planRun } from './plan-run'
import { foldRun } from './reduce-run'
import type { RunEvent, RunFact } from './run-event'
import { compileGraph } from './run-graph'
import { emptyRun, isFinished, stepOf, type RunState } from './run-state'
import { scopeOf } from './scope'
import type { TrialReach } from './trial'

const node = (id: string, type: string, config: Record<string, Json> = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const edges = (...texts: string[]) => texts.map((text) => ({ id: text, source: text.split('>')[0]!, target: text.split('>')[1]! }))
const innermost = { nodes: [node('letter', 'input'), node('say', 'transform', { expression: 'input' })], edges: edges('letter>say') }
const body = (c: Record<string, Json> = {}) => ({
  nodes: [node('item', 'input'), node('a', 'transform', { expression: 'input' }), node('b', 'transform', { expression: 'steps.list.output' }), node('letters', 'map', { items: 'input', body: innermost }), node('c', 'transform', { expression: 'steps.b.output', ...c }), node('result', 'output')],
  edges: edges('item>a', 'a>b', 'b>letters', 'b>c', 'letters>c', 'c>result'),
})
const graphOf = (c?: Record<string, Json>) => Graph.parse({
  nodes: [node('in', 'input'), node('list', 'transform', { expression: 'input' }), node('each', 'map', { items: 'steps.list.output', body: body(c) }), node('after', 'transform', { expression: '1' })],
  edges: edges('in>list', 'list>each', 'each>after'),
})
const graph = graphOf()
const ITEMS = ['ab', 'cd', 'ef']

let seq = 0
const at = (facts: readonly RunFact[], from = 0): RunEvent[] => facts.map((fact, index) => ({ ...fact, seq: from + index + 1, recordedAt: ++seq }) as RunEvent)
const queued = (origin?: Extract<RunFact, { type: 'run.queued' }>['origin']): RunFact => ({ type: 'run.queued', graphHash: 'h', workflowId: 'w', workflowName: 'W', version: 'draft', input: {}, priority: 5, ...(origin && { origin }) })

/** Runs it as the engine would: every step gives its own key. @returns the state, and the keys of the steps that were begun */
function driven(graph: Graph, first: readonly RunFact[], fails: (key: string) => boolean = () => false): { run: RunState; begun: string[] } {
  const compiled = compileGraph(graph)
  let run = foldRun(emptyRun, at([...first]))
  const begun: string[] = []
  const note = (...facts: RunFact[]) => (run = foldRun(run, at(facts, run.seq)))
  for (let turn = 0; turn < 500 && !isFinished(run); turn++) {
    for (const plan of planRun(run, compiled, 0)) {
      if (plan.do === 'begin') note({ type: 'run.started' })
      if (plan.do === 'complete') note({ type: 'run.completed', output: plan.output })
      if (plan.do === 'fail') note({ type: 'run.failed', error: plan.error })
      if (plan.do === 'skip') note({ type: 'step.skipped', nodeId: plan.key, reason: plan.reason })
      if (plan.do === 'collect') note({ type: 'step.completed', nodeId: plan.key, attempt: plan.attempt, output: plan.output })
      if (plan.do === 'give-up') note({ type: 'step.failed', nodeId: plan.key, attempt: plan.attempt, error: plan.error })
      if (plan.do !== 'start') continue
      begun.push(plan.key)
      const map = plan.key === 'each' ? ITEMS : plan.key.endsWith('letters') ? ['x', 'y'] : undefined
      note({ type: 'step.started', nodeId: plan.key, attempt: 1, ...(map && { input: { items: map } }) })
      if (map) continue
      if (fails(plan.key)) note({ type: 'step.failed', nodeId: plan.key, attempt: 1, error: { code: 'X', message: 'no', retryable: false } })
      else note({ type: 'step.completed', nodeId: plan.key, attempt: 1, output: `${plan.key}!`, handle: 'out' })
    }
  }
  expect(isFinished(run)).toBe(true)
  return { run, begun }
}

const whole: ItemSource = { runId: 'run_1', graph, run: driven(graph, [queued()]).run }

function tried(draft: Graph, source: ItemSource, item: string, trial: { node: string; reach: TrialReach }, fails?: (key: string) => boolean) {
  const plan = planItemTrial(draft, source, item, trial as Parameters<typeof planItemTrial>[3])!
  const from = new Map(plan.inner.taken.map((id) => [id, source]))
  const part = itemTrialGraph(plan, (id) => (plan.body.nodes.find((one) => one.id === id) ?? undefined)?.config)
  return { plan, part, ...driven(part, [queued({ kind: 'trial', by: 'me', node: trial.node, name: trial.node, reach: trial.reach, item }), ...itemTrialFacts(plan, source, item, from)], fails) }
}

test('one node of a body runs with the item chosen, and nothing else does', () => {
  const { run, begun, part, plan } = tried(graph, whole, 'each[1]', { node: 'c', reach: 'only' })
  expect(begun).toEqual(['each[1].item', 'each[1].c'])
  expect(run.status).toBe('completed')
  expect(plan.missingAround).toEqual([])
  expect(stepOf(run, 'each[1].b')).toMatchObject({ reusedFrom: 'run_1', state: { output: 'each[1].b!' } })
  const scope = scopeOf(run, compileGraph(part), 'each[1].c', 'run_2')
  expect(scope).toMatchObject({ input: 'cd', run: { index: 1 }, steps: { b: { output: 'each[1].b!' }, list: { output: 'list!' } } })
  // The map gives what the one item gave, and says so to nobody as its own result.
  expect(stepOf(run, 'each').state).toMatchObject({ kind: 'completed', output: ['each[1].c!'] })
  const results = resultsOfRun('run_2', run, part)
  expect(Object.keys(results).sort()).toEqual(['each.c', 'each.item'])
  expect(results['each.c']!.items).toEqual({ step: 'each[1].c', count: 1, failed: 0, alone: true })
})

test('a map within the body of a map: both stand at the item chosen', () => {
  const { begun, part, run } = tried(graph, whole, 'each[2].letters[1]', { node: 'say', reach: 'only' })
  expect(begun).toEqual(['each[2].letters[1].letter', 'each[2].letters[1].say'])
  expect(scopeOf(run, compileGraph(part), 'each[2].letters[1].say', 'r')).toMatchObject({ input: 'y', steps: { b: { output: 'each[2].b!' }, list: { output: 'list!' } } })
})

test('what changed since runs again on the way to the node; a map in the body goes through all its items', () => {
  const before = graphOf({ expression: 'before' })
  const source = { ...whole, graph: before }
  expect(tried(graphOf({ expression: 'now' }), source, 'each[0]', { node: 'result', reach: 'to' }).begun).toEqual(['each[0].item', 'each[0].c', 'each[0].result'])
  expect(tried(graph, whole, 'each[0]', { node: 'letters', reach: 'only' }).begun).toEqual(['each[0].item', 'each[0].letters', 'each[0].letters[0].letter', 'each[0].letters[1].letter', 'each[0].letters[0].say', 'each[0].letters[1].say'])
})

test('an item that failed is tried again; what fails then fails the trial', () => {
  const failing = { ...whole, run: driven(graph, [queued()], (key) => key === 'each[1].b').run }
  expect(failing.run.status).toBe('failed')
  expect(itemsOfMap(failing.run, graph, 'each', 200)).toEqual({ count: 3, items: [{ index: 0, preview: 'ab', status: 'completed' }, { index: 1, preview: 'cd', status: 'failed' }, { index: 2, preview: 'ef', status: 'completed' }] })
  expect(itemsOfMap(failing.run, graph, 'each', 1).items.map(({ index }) => index)).toEqual([0, 1])
  expect(tried(graph, failing, 'each[1]', { node: 'b', reach: 'only' }).run.status).toBe('completed')
  const again = tried(graph, failing, 'each[1]', { node: 'b', reach: 'only' }, () => true)
  expect(again.run).toMatchObject({ status: 'failed' })
  expect(planItemTrial(graph, failing, 'each[1]', { node: 'c' as never, reach: 'only' })!.inner.missing).toEqual(['b'])
})

test('what does not exist is no trial', () => {
  for (const item of ['each[3]', 'each', 'list[0]', 'nobody[0]', 'each[0].letters[2]', 'each[0].a[0]']) expect(planItemTrial(graph, whole, item, { node: 'c' as never, reach: 'only' }), item).toBeUndefined()
  expect(planItemTrial(graph, whole, 'each[0]', { node: 'list' as never, reach: 'only' })).toBeUndefined()
})

test('a node around the map that is read and has not run is named', () => {
  const added = Graph.parse({ ...graph, nodes: [...graph.nodes, node('fresh', 'transform', { expression: '1' })].map((one) => (one.id === 'each' ? { ...one, config: { ...one.config, body: body({ expression: 'steps.fresh.output' }) } } : one)), edges: [...graph.edges, ...edges('list>fresh', 'fresh>each')] })
  expect(planItemTrial(added, whole, 'each[0]', { node: 'c' as never, reach: 'only' })!.missingAround).toEqual(['fresh'])
  expect(planItemTrial(added, whole, 'each[0]', { node: 'a' as never, reach: 'only' })!.missingAround).toEqual([])
})

test('only a later trial with the same item is newer', () => {
  const { run, part } = tried(graph, whole, 'each[1]', { node: 'c', reach: 'only' })
  const all = resultsOfRun('run_2', run, part)
  expect(Object.keys(newerOfItem(all, 'each.', 'each[1]', 0)).sort()).toEqual(['c', 'item'])
  expect(newerOfItem(all, 'each.', 'each[2]', 0)).toEqual({})
  expect(newerOfItem(all, 'each.', 'each[1]', Infinity)).toEqual({})
  expect(newerOfItem(resultsOfRun('run_1', whole.run, graph), 'each.', 'each[2]', 0)).toEqual({})
})

test('of any trial of any item, only that item is worked at, and it begins nothing that it took over', () => {
  const inner = ['a', 'b', 'letters', 'c', 'result']
  fc.assert(fc.property(fc.constantFrom(...inner), fc.constantFrom<TrialReach>('only', 'to', 'from'), fc.nat(2), fc.subarray(inner), fc.subarray(['each[0].a', 'each[1].b', 'each[2].c', 'each[0].letters[1].say']), (id, reach, index, changed, broken) => {
    const before = { ...whole, run: driven(graph, [queued()], (key) => broken.includes(key)).run }
    const draft = Graph.parse({ ...graph, nodes: graph.nodes.map((one) => (one.id === 'each' ? { ...one, config: { ...one.config, body: { ...body(), nodes: body().nodes.map((each) => (changed.includes(each.id) && each.type === 'transform' ? { ...each, config: { expression: '7' } } : each)) } } } : one)) })
    const item = `each[${index}]`
    const plan = planItemTrial(draft, before, item, { node: id as never, reach })!
    if (plan.inner.missing.length > 0 || plan.inner.shut) return
    const { begun, run } = tried(draft, before, item, { node: id, reach })
    expect(run.status).toBe('completed')
    expect(begun).toContain(`${item}.${id}`)
    for (const key of begun) expect(key.startsWith(`${item}.`)).toBe(true)
    const top = new Set(begun.map((key) => key.slice(item.length + 1).split(/[.[]/)[0]!))
    expect([...top].sort()).toEqual([...plan.inner.run].sort())
    for (const taken of plan.inner.taken) expect(top.has(taken)).toBe(false)
  }), { numRuns: 150 })
})
