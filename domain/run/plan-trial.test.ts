import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { configPrint, printOf } from '@/domain/graph/value-print'
import type { Json } from '@/domain/json'
import { newerResult, type LastResult } from './last-results'
import { planTrial, trialGraph } from './plan-trial'
import { staleNodes, type LastResults } from './stale-nodes'

const node = (id: string, type: string, config: Record<string, Json> = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const edge = (text: string) => {
  const [from = '', target = ''] = text.split('>')
  const [source, sourceHandle] = from.split('.')
  return { id: text, source, target, ...(sourceHandle !== undefined && { sourceHandle }) }
}
/** in → a → c(true) → b; in → d → b */
const graph = Graph.parse({
  nodes: [node('in', 'input'), node('a', 'agent', { prompt: 'x' }), node('c', 'condition', { expression: 'true' }), node('d', 'transform', { expression: '1' }), node('b', 'agent', { prompt: '{{ steps.a.output.text }}' })],
  edges: ['in>a', 'a>c', 'c.true>b', 'in>d', 'd>b'].map(edge),
})
const outputs: Record<string, Json> = { in: { q: 1 }, a: { text: 'hi' }, c: true, d: 1, b: { text: 'out' } }

/** What is known after a whole run. */
function ran(of: Graph, skipped: readonly string[] = []): Record<string, LastResult> {
  return Object.fromEntries(of.nodes.map((one): [string, LastResult] => {
    const edges = of.edges.filter(({ target }) => target === one.id)
    const base = { runId: 'run_1', at: 0, configPrint: configPrint(one), wires: edges.map(({ source, sourceHandle = 'out' }) => `${source}/${sourceHandle}`), took: Object.fromEntries(edges.map(({ source }) => [source, printOf(outputs[source]!)])) }
    if (skipped.includes(one.id)) return [one.id, { ...base, status: 'skipped' }]
    return [one.id, { ...base, status: 'completed', output: outputs[one.id]!, outputPrint: printOf(outputs[one.id]!), handle: one.type === 'condition' ? String(outputs[one.id]) : 'out' }]
  }))
}
const withConfig = (id: string, config: Record<string, Json>): Graph => ({ ...graph, nodes: graph.nodes.map((one) => (one.id === id ? { ...one, config: { ...one.config, ...config } } : one)) })
const trial = (id: string, reach: 'only' | 'to' | 'from') => ({ node: graph.nodes.find((one) => one.id === id)!.id, reach })
const without = (results: LastResults, ...ids: string[]): LastResults => Object.fromEntries(Object.entries(results).filter(([id]) => !ids.includes(id)))

describe('what is stale', () => {
  const stale = (of: Graph, results: LastResults = ran(graph)) => Object.fromEntries(staleNodes(of, results))

  test('nothing after a run; not what never ran', () => {
    expect(stale(graph)).toEqual({})
    expect(stale(withConfig('a', { prompt: 'y' }), without(ran(graph), 'a', 'b'))).toMatchObject({})
  })
  test('what changed, and all behind it', () => {
    expect(stale(withConfig('a', { prompt: 'y' }))).toEqual({ a: 'changed', c: 'upstream', b: 'upstream' })
  })
  test('not for what has no effect on the output, nor for where things lie', () => {
    expect(stale(withConfig('a', { critical: true, retry: { maxAttempts: 1 }, timeoutMs: 500 }))).toEqual({})
    const inner = (x: number): Json => ({ nodes: [{ ...node('i', 'input'), position: { x, y: 0 } }], edges: [] })
    const mapOf = (x: number) => Graph.parse({ nodes: [node('m', 'map', { body: inner(x) })], edges: [] })
    expect(stale(mapOf(40), { m: { ...ran(graph).a!, configPrint: configPrint(mapOf(0).nodes[0]!), wires: [], took: {} } })).toEqual({})
  })
  test('a new or lost edge', () => {
    expect(stale({ ...graph, edges: graph.edges.filter(({ id }) => id !== 'd>b') })).toEqual({ b: 'changed' })
  })
  test('an output that came anew counts only where it is another one', () => {
    const again = (output: Json): LastResults => ({ ...ran(graph), d: { ...ran(graph).d!, runId: 'run_2', output, outputPrint: printOf(output) } })
    expect(stale(graph, again(1))).toEqual({})
    expect(stale(graph, again(2))).toEqual({ b: 'upstream' })
  })
  test('pinning what came last makes nothing stale; pinning something else does, and so does taking the pin away', () => {
    expect(stale(withConfig('d', { pinnedOutput: 1 }))).toEqual({})
    expect(stale(withConfig('d', { pinnedOutput: 2 }))).toEqual({ b: 'upstream' })
    expect(stale(graph, { ...ran(graph), d: { ...ran(graph).d!, pinned: true } })).toEqual({ d: 'changed', b: 'upstream' })
  })
})

describe('a trial', () => {
  test('of one node takes over all before it; the input runs, for it costs nothing', () => {
    expect(planTrial(graph, ran(graph), trial('b', 'only'))).toEqual({ run: ['in', 'b'], taken: ['a', 'd', 'c'], pinned: [], missing: [], shut: undefined })
  })
  test('says what has no output yet: the ends of its edges and what it reads', () => {
    expect(planTrial(graph, {}, trial('b', 'only')).missing).toEqual(['a', 'd', 'c'])
    expect(planTrial(withConfig('a', { pinnedOutput: { text: '' } }), without(ran(graph), 'a'), trial('b', 'only'))).toMatchObject({ pinned: ['a'], missing: [] })
  })
  test('needs nothing of what stands before a pinned node', () => {
    const pinned = withConfig('c', { pinnedOutput: true })
    expect(planTrial(pinned, { a: ran(graph).a!, d: ran(graph).d! }, trial('b', 'only'))).toMatchObject({ pinned: ['c'], missing: [] })
    const only = planTrial(withConfig('a', { pinnedOutput: 1 }), {}, trial('c', 'only'))
    expect(only).toMatchObject({ run: ['in', 'c'], pinned: ['a'], missing: [] })
    expect(trialGraph(withConfig('a', { pinnedOutput: 1 }), only, () => undefined).edges.map(({ id }) => id)).toEqual(['a>c'])
  })
  test('up to a node runs what has no output or a stale one', () => {
    expect(planTrial(graph, ran(graph), trial('b', 'to')).run).toEqual(['in', 'b'])
    expect(planTrial(graph, without(ran(graph), 'd'), trial('b', 'to'))).toMatchObject({ run: ['in', 'd', 'b'], taken: ['a', 'c'] })
    expect(planTrial(withConfig('a', { prompt: 'y' }), ran(graph), trial('b', 'to'))).toMatchObject({ run: ['in', 'a', 'c', 'b'], taken: ['d'] })
    expect(planTrial(graph, {}, trial('b', 'to'))).toMatchObject({ run: ['in', 'a', 'd', 'c', 'b'], missing: [] })
    expect(planTrial(graph, ran(graph), trial('b', 'to'), true).run).toEqual(['in', 'a', 'd', 'c', 'b'])
  })
  test('from a node runs it and all behind it', () => {
    expect(planTrial(graph, ran(graph), trial('a', 'from'))).toMatchObject({ run: ['in', 'a', 'c', 'b'], taken: ['d'], missing: [] })
  })
  test('is refused where the last run went another way, unless a pin leads here', () => {
    const other = ran(graph)
    const results = { ...without(other, 'd'), c: { ...other.c!, output: false, handle: 'false' } }
    const alone: Graph = { ...graph, edges: graph.edges.filter(({ id }) => id !== 'd>b') }
    expect(planTrial(alone, results, trial('b', 'only')).shut).toEqual({ cause: 'c' })
    const pinned: Graph = { ...alone, nodes: withConfig('c', { pinnedOutput: true }).nodes }
    expect(planTrial(pinned, results, trial('b', 'only')).shut).toBeUndefined()
  })
  test('whatever is known and wherever it begins, all before what runs is settled, or said to be missing', () => {
    fc.assert(fc.property(fc.subarray(['a', 'b', 'c', 'd']), fc.subarray(['a', 'c', 'd']), fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('only' as const, 'to' as const, 'from' as const), (known, pins, id, reach) => {
      const drawn = pins.reduce((sum, pin) => ({ ...sum, nodes: sum.nodes.map((one) => (one.id === pin ? { ...one, config: { ...one.config, pinnedOutput: outputs[pin]! } } : one)) }), graph)
      const plan = planTrial(drawn, Object.fromEntries(Object.entries(ran(graph)).filter(([one]) => known.includes(one))), trial(id, reach))
      const kept = new Set([...plan.run, ...plan.taken, ...plan.pinned])
      expect(plan.run).toContain(id)
      expect(new Set([...plan.run, ...plan.taken, ...plan.pinned]).size).toBe(plan.run.length + plan.taken.length + plan.pinned.length)
      for (const { source, target } of drawn.edges) if (plan.run.includes(target)) expect(kept.has(source) || plan.missing.includes(source)).toBe(true)
      if (reach === 'to') expect(plan.missing).toEqual([])
    }))
  })
})

test('that a node was left out counts less than what it once did', () => {
  const { a } = ran(graph)
  const skipped = ran(graph, ['a']).a!
  expect(newerResult(skipped, a!)).toBe(a)
  expect(newerResult(a!, skipped)).toBe(a)
})
