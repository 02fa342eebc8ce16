import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { statisticsOf } from '@/domain/metric/statistics'
import { reusedFacts, UnknownForkNode, type ForkChange } from './fork-run'
import { planFork } from './plan-fork'
import { foldRun } from './reduce-run'
import type { RunEvent, RunFact } from './run-event'
import { emptyRun, type RunState } from './run-state'

const node = (id: string, type: string, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config })
const edge = (source: string, target: string, sourceHandle?: string) => ({ id: `${source}-${target}`, source, target, ...(sourceHandle && { sourceHandle }) })
const runOf = (...rows: [number, RunFact][]): RunState => foldRun(emptyRun, rows.map(([recordedAt, fact], index): RunEvent => ({ ...fact, seq: index + 1, recordedAt })))
const did = (nodeId: string, from: number, to: number, more: object = {}): [number, RunFact][] => [[from, { type: 'step.started', nodeId, attempt: 1 }], [to, { type: 'step.completed', nodeId, attempt: 1, output: 1, ...more } as RunFact]]
const usage = (promptTokens: number, completionTokens: number) => ({ usage: { promptTokens, completionTokens } })
const nothing: ForkChange = { overrides: {}, newInput: false }

const graph = Graph.parse({
  nodes: [
    node('in', 'input'), node('plan', 'agent', { prompt: 'x' }), node('post', 'http', { method: 'POST', url: 'https://example.org' }), node('ask', 'approval', { prompt: 'ok?' }),
    node('each', 'map', { body: { nodes: [node('look', 'http', { url: 'https://example.org' }), node('say', 'agent', { prompt: 'x' })], edges: [] } }), node('no', 'agent', { prompt: 'x' }), node('end', 'output'), node('hint', 'note'),
  ],
  edges: [edge('in', 'plan'), edge('plan', 'post'), edge('plan', 'each'), edge('post', 'ask'), edge('ask', 'end', 'approved'), edge('ask', 'no', 'rejected'), edge('each', 'end')],
})
const parent = runOf(
  [0, { type: 'run.started' }], ...did('in', 1, 1), ...did('plan', 2, 402, usage(100, 50)), ...did('post', 410, 610), ...did('ask', 620, 90_000, { handle: 'approved' }),
  [410, { type: 'step.started', nodeId: 'each', attempt: 1, input: { items: [1, 2] } }], ...did('each[0].look', 411, 420), ...did('each[1].look', 411, 420), ...did('each[0].say', 430, 700, usage(10, 5)), ...did('each[1].say', 430, 800, usage(30, 5)),
  [810, { type: 'step.completed', nodeId: 'each', attempt: 1, output: [1, 2] }], [90_001, { type: 'step.skipped', nodeId: 'no', reason: { kind: 'branch-not-taken', cause: 'ask' } }], ...did('end', 90_002, 90_002),
)

describe('the plan of a fork', () => {
  test('at its first agent: what repeats outside, how long, how many tokens', () => {
    const plan = planFork(parent, graph, { ...nothing, from: 'plan' }, {})
    expect(plan).toMatchObject({ reused: ['in'], given: [], calls: 3, tokens: { prompt: 140, completion: 60 }, unknown: [] })
    expect(plan.again.toSorted()).toEqual(['ask', 'each', 'end', 'no', 'plan', 'post'])
    expect(plan.effects).toEqual([
      { nodeId: 'post', names: ['POST'], kind: 'request', method: 'POST', repeats: true },
      { nodeId: 'each.look', names: ['EACH', 'LOOK'], kind: 'request', method: 'GET', repeats: true },
      { nodeId: 'ask', names: ['ASK'], kind: 'person', method: undefined, repeats: true },
    ])
    // 400 ms for the plan, then the longer of both ways: the map's 400. The minute and a half of a person is left out.
    expect(plan.expectedMs).toBe(800)
  })

  test('history goes before what the parent took', () => {
    const took = (durationMs: number, prompt?: number) => statisticsOf([{ ok: true, durationMs, ...(prompt !== undefined && usageOf(prompt)) }])
    const usageOf = (prompt: number) => ({ usage: { promptTokens: prompt, completionTokens: 1 } })
    const plan = planFork(parent, graph, { ...nothing, from: 'plan' }, { 'plan': took(1_000, 500), 'post': took(3_000), 'each.say': took(1, 7) })
    expect(plan.expectedMs).toBe(4_000)
    expect(plan.tokens).toEqual({ prompt: 500 + 2 * 7, completion: 3 })
  })

  test('tokens cost what they cost now, by the model that the node names, or that it got', () => {
    const prices = [{ from: 0, prices: [{ model: '*', prompt: 9e6, completion: 9e6 }] }, { from: 1e12, prices: [{ model: '*', prompt: 1e6, completion: 2e6 }, { model: 'big', prompt: 1e7, completion: 0 }] }]
    const dear = { ...graph, nodes: graph.nodes.map((one) => (one.id === 'plan' ? { ...one, config: { ...one.config, model: 'big' } } : one)) }
    const costOf = (on: Graph, at = prices) => planFork(parent, on, { ...nothing, from: 'plan' }, {}, at).cost
    expect(costOf(graph)).toBe(140 + 2 * 60)
    expect(costOf(dear)).toBe(1_000 + 40 + 2 * 10)
    expect(costOf(graph, [{ from: 0, prices: [{ model: 'big', prompt: 1, completion: 1 }] }])).toBeUndefined()
    expect(costOf(graph, [])).toBeUndefined()
  })

  test('a given output runs nothing of its node; what stands behind it runs', () => {
    const plan = planFork(parent, graph, { ...nothing, overrides: { post: { output: 1 } } }, {})
    expect(plan).toMatchObject({ given: ['post'], calls: 0, expectedMs: 0 })
    expect(plan.reused.toSorted()).toEqual(['each', 'in', 'plan'])
    expect(plan.effects.map((effect) => effect.nodeId)).toEqual(['ask'])
  })

  test('what never ran is not known, and what it does happens for the first time', () => {
    const stuck = runOf([0, { type: 'run.started' }], ...did('in', 1, 1), [2, { type: 'step.started', nodeId: 'plan', attempt: 1 }], [9, { type: 'step.failed', nodeId: 'plan', attempt: 1, error: { code: 'X', message: '', retryable: false } }], [10, { type: 'step.skipped', nodeId: 'post', reason: { kind: 'upstream-failed', cause: 'plan' } }])
    const plan = planFork(stuck, graph, { ...nothing, from: 'plan' }, {})
    expect(plan.unknown.toSorted()).toEqual(['each', 'no', 'plan', 'post'])
    expect(plan.effects.every((effect) => !effect.repeats)).toBe(true)
    expect(planFork(stuck, graph, { ...nothing, from: 'plan' }, { plan: statisticsOf([{ ok: true, durationMs: 70, usage: { promptTokens: 3, completionTokens: 1 } }]) })).toMatchObject({ expectedMs: 70, calls: 1 })
  })

  test('a pinned output has no effects, an unknown node is refused', () => {
    const pinned = { ...graph, nodes: graph.nodes.map((one) => (one.id === 'post' ? { ...one, config: { ...one.config, pinnedOutput: 1 } } : one)) }
    expect(planFork(parent, pinned, { ...nothing, from: 'post' }, {}).effects.map((effect) => effect.nodeId)).toEqual(['ask'])
    expect(() => planFork(parent, graph, { ...nothing, from: 'nowhere' }, {})).toThrow(UnknownForkNode)
  })

  test('it takes over just what the fork takes over, and each node is in one list', () => {
    const ids = graph.nodes.map((one) => one.id as string)
    const state = fc.constantFrom('completed', 'failed', 'skipped', 'running', 'pending')
    fc.assert(fc.property(fc.array(state, { minLength: ids.length, maxLength: ids.length }), fc.option(fc.constantFrom(...ids), { nil: undefined }), fc.subarray(ids, { maxLength: 2 }), fc.boolean(), (states, from, edited, newInput) => {
      const run = runOf(...ids.flatMap((id, index): [number, RunFact][] => {
        const kind = states[index]!
        if (kind === 'pending' || id === 'hint') return []
        if (kind === 'skipped') return [[1, { type: 'step.skipped', nodeId: id, reason: { kind: 'run-if-false' } }]]
        return kind === 'running' ? [[1, { type: 'step.started', nodeId: id, attempt: 1 }]] : kind === 'completed' ? did(id, 1, 2) : [[1, { type: 'step.started', nodeId: id, attempt: 1 }], [2, { type: 'step.failed', nodeId: id, attempt: 1, error: { code: 'X', message: '', retryable: false } }]]
      }))
      const change: ForkChange = { from, newInput, overrides: Object.fromEntries(edited.map((id) => [id, { output: 1 }])) }
      const plan = planFork(run, graph, change, {})
      const facts = reusedFacts(run, 'run_p', graph, change)
      const taken = new Set(facts.flatMap((fact) => ('reused' in fact && fact.reused ? [fact.nodeId] : [])))
      expect(new Set(plan.reused)).toEqual(taken)
      expect([...plan.reused, ...plan.again, ...plan.given].toSorted()).toEqual(ids.filter((id) => id !== 'hint' || edited.includes('hint')).filter((id) => id !== 'hint').toSorted())
    }))
  })
})
