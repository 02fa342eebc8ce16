import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { decideRun, type RunCommand } from './decide-run'
import { createKnownItems } from './open-items'
import { planRun } from './plan-run'
import { foldRun } from './reduce-run'
import type { RunEvent } from './run-event'
import { compileGraph, locate } from './run-graph'
import { criticalPath, endIf, networkOf, slackOf } from './run-network'
import { emptyRun, isFinished, type RunState } from './run-state'

const node = (id: string, type: Graph['nodes'][number]['type'], config: Record<string, unknown> = {}) =>
  ({ id, type, name: id, position: { x: 0, y: 0 }, config }) as Graph['nodes'][number]
const edge = (source: string, target: string, sourceHandle?: string) =>
  ({ id: `${source}-${sourceHandle ?? ''}-${target}`, source, target, ...(sourceHandle && { sourceHandle }) }) as Graph['edges'][number]
const mapOf = (id: string, concurrency: number) =>
  node(id, 'map', { concurrency, body: { nodes: [node('x', 'transform', { expression: '1' }), node('y', 'transform', { expression: '1' })], edges: [edge('x', 'y')] } })

/** Asks for three tools, two at once, until it has its answer. */
const agentOf = (id: string) => node(id, 'agent', { prompt: 'p', toolConcurrency: 2, tools: ['t0', 't1', 't2'].map((name) => ({ name, run: { kind: 'python', code: 'x' } })) })

type Spec = { kind: 'work' | 'condition' | 'any' | 'branching' | 'map' | 'agent'; back: number[]; side: boolean; concurrency: number }
const specs = (kinds: Spec['kind'][]): fc.Arbitrary<Spec[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), back: fc.array(fc.nat(5), { maxLength: 3 }), side: fc.boolean(), concurrency: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 10 })

/** Layered random DAGs; a step may read several before it. */
function graphFrom(given: readonly Spec[]): Graph {
  const nodes = [node('n0', 'input')]
  const edges: Graph['edges'] = []
  given.forEach(({ kind, back, side, concurrency }, index) => {
    const id = `n${index + 1}`
    const work = { expression: 'true', retry: { initialMs: 7, jitter: false }, ...(kind === 'branching' && { onError: 'branch' }) }
    nodes.push(kind === 'agent' ? agentOf(id) : kind === 'map' ? mapOf(id, concurrency) : kind === 'any' ? node(id, 'merge', { mode: 'any' }) : node(id, kind === 'condition' ? 'condition' : 'transform', work))
    for (const source of new Set([0, ...back].map((by) => Math.max(0, index - by)))) {
      const from = nodes[source]!
      edges.push(edge(from.id, id, from.type === 'condition' ? String(side) : from.config.onError === 'branch' && side ? 'error' : undefined))
    }
  })
  return { nodes, edges }
}

/** How a step goes: what each attempt takes, the delay before the first, and whether its last attempt fails. */
type Fate = { workMs: number[]; delayMs: number; fails: boolean }
type Fates = (key: string) => Fate

/** Calls of two turns, so that some wait for a place and one tool is called twice; then the answer. */
const saidIn = (key: string): Json => {
  const calls = key.endsWith('[0].model') ? ['t0', 't1', 't2', 't0'] : key.endsWith('[1].model') ? ['t1'] : []
  return { text: 'x', toolCalls: calls.map((name, index) => ({ id: String(index), name, arguments: {} })), usage: { promptTokens: 1, completionTokens: 1 } }
}

/** Plays a run in virtual time by the engine's own plan: `planRun` and `decideRun`, nothing of the network. */
function simulate(graph: Graph, fates: Fates, items = 5): RunState {
  const compiled = compileGraph(graph)
  const due: { at: number; act: () => RunCommand }[] = []
  const begun = new Set<string>()
  const known = createKnownItems()
  let now = 1_000
  let run = foldRun(emptyRun, [{ type: 'run.queued', workflowId: 'wf', workflowName: 'w', version: 1, graphHash: 'h', input: 1, priority: 5, seq: 1, recordedAt: now } satisfies RunEvent])
  const tell = (command: RunCommand) => {
    const facts = decideRun(run, command, compiled)
    run = foldRun(run, facts.map((fact, index) => ({ ...fact, seq: run.seq + index + 1, recordedAt: now })))
    return facts
  }
  const begin = (key: string, attempt: number): RunCommand => {
    const { workMs, fails } = fates(key)
    const { node: found } = locate(compiled, key)!
    if (found.type === 'agent' && found.id !== 'model') return { do: 'start-step', key, attempt, input: { messages: [], firstTurn: 0 } }
    if (found.type === 'map') return { do: 'start-step', key, attempt, input: { items: Array.from({ length: items }, (_, index): Json => index) } }
    const last = attempt === workMs.length
    due.push({ at: now + workMs[attempt - 1]!, act: () => last && !fails
      ? { do: 'complete-step', key, attempt, output: found.id === 'model' ? saidIn(key) : true, ...(found.type === 'condition' && { handle: 'true' }) }
      : { do: 'fail-step', key, attempt, error: { code: 'X', message: 'x', retryable: !last }, now, random: 0 } })
    return { do: 'start-step', key, attempt }
  }
  for (let turn = 0; turn < 20_000; turn++) {
    if (isFinished(run)) return run
    let wake = Infinity
    let moved = false
    const plans = planRun(run, compiled, now, known)
    // What is kept from plan to plan makes no difference but to the time it takes.
    expect(plans).toEqual(planRun(run, compiled, now))
    for (const plan of plans) {
      if (plan.do === 'wake') wake = Math.min(wake, plan.at)
      else if (plan.do === 'start') {
        const name = `${plan.key} ${plan.attempt}`
        if (begun.has(name)) continue
        begun.add(name)
        due.push({ at: now + (plan.attempt === 1 ? fates(plan.key).delayMs : 0), act: () => begin(plan.key, plan.attempt) })
      } else if (plan.do !== 'wait') {
        moved = tell(plan.do === 'begin' ? { do: 'begin' } : plan.do === 'skip' ? { do: 'skip-step', key: plan.key, reason: plan.reason }
          : plan.do === 'collect' ? { do: 'complete-step', key: plan.key, attempt: plan.attempt, output: plan.output }
            : plan.do === 'complete' ? { do: 'complete', output: plan.output }
              : plan.do === 'fail' ? { do: 'fail', error: plan.error } : { do: 'cancel', by: 'unexpected' }).length > 0
        break
      }
    }
    if (moved) continue
    due.sort((a, b) => a.at - b.at)
    const next = due[0] && due[0].at <= wake ? due.shift() : undefined
    now = Math.max(now, next?.at ?? wake)
    if (next) tell(next.act())
  }
  throw new Error('The run never ended')
}

const fate: fc.Arbitrary<Fate> = fc.record({ workMs: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 2 }), delayMs: fc.nat(9), fails: fc.constant(false) })
/** A fate for each node, whatever map item it is in; steps of the same node differ by their item. */
const fatesOf = (failing: boolean): fc.Arbitrary<Fates> =>
  fc.array(fc.tuple(fate, fc.integer({ min: 0, max: 9 })), { minLength: 40, maxLength: 40 }).map((all) => (key) => {
    let place = 0
    for (const character of key) place = (place * 31 + character.charCodeAt(0)) % all.length
    const [found, luck] = all[place]!
    return { ...found, fails: failing && luck === 0 && !key.includes('[') }
  })
const stretched = (fates: Fates, key: string, times: number): Fates => (at) => {
  const found = fates(at)
  return at === key || at.startsWith(`${key}[`) ? { ...found, workMs: found.workMs.map((ms) => ms * times) } : found
}
const worked = (run: RunState) => Object.entries(run.steps).flatMap(([key, step]) => (step.startedAt === undefined ? [] : [key]))

describe('the network of a run', () => {
  const anything = specs(['work', 'condition', 'any', 'branching', 'map', 'agent'])
  test('N1: unchanged it ends when the run did, a moment of it as well as the whole', () => {
    fc.assert(fc.property(anything, fatesOf(true), fc.nat(60), (given, fates, back) => {
      const graph = graphFrom(given)
      const run = simulate(graph, fates)
      const network = networkOf(run, compileGraph(graph), run.finishedAt!)
      expect(endIf(network, 'n0', 1)).toBe(run.finishedAt)
      const live: RunState = { ...run, status: 'running' }
      expect(endIf(networkOf(live, compileGraph(graph), run.finishedAt! + back), 'n1', 1)).toBe(run.finishedAt! + back)
    }))
  })

  test('what-if tells when the run ends, as playing it again with the longer step shows', () => {
    fc.assert(fc.property(anything, fatesOf(true), fc.nat(), fc.integer({ min: 0, max: 4 }), (given, fates, chosen, times) => {
      const graph = graphFrom(given)
      const run = simulate(graph, fates)
      const keys = worked(run)
      const key = keys[chosen % keys.length]!
      const again = simulate(graph, stretched(fates, key, times))
      expect(endIf(networkOf(run, compileGraph(graph), run.finishedAt!), key, times)).toBe(again.finishedAt)
    }), { numRuns: 300 })
  })

  test('N2: longer is never sooner', () => {
    fc.assert(fc.property(anything, fatesOf(true), fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 5, noNaN: true }), (given, fates, a, b) => {
      const graph = graphFrom(given)
      const run = simulate(graph, fates)
      const network = networkOf(run, compileGraph(graph), run.finishedAt!)
      for (const key of worked(run)) expect(endIf(network, key, Math.min(a, b))).toBeLessThanOrEqual(endIf(network, key, Math.max(a, b)) + 1e-6)
    }), { numRuns: 50 })
  })

  test('N3: within its slack a step delays nothing, beyond it by just what is beyond', () => {
    fc.assert(fc.property(specs(['work', 'condition', 'branching']), fatesOf(true), (given, fates) => {
      const graph = graphFrom(given)
      const run = simulate(graph, fates)
      const network = networkOf(run, compileGraph(graph), run.finishedAt!)
      for (const [key, slack] of slackOf(network)) {
        expect(slack).toBeGreaterThanOrEqual(0)
        const workMs = fates(key).workMs.reduce((sum, ms) => sum + ms, 0)
        if (run.steps[key]?.startedAt === undefined) continue
        expect(endIf(network, key, 1 + slack / workMs)).toBeCloseTo(run.finishedAt!, 6)
        expect(endIf(network, key, 1 + (slack + 10) / workMs)).toBeCloseTo(run.finishedAt! + 10, 6)
      }
    }))
  })

  test('the critical path leads from the start to the end without slack and without a hole', () => {
    fc.assert(fc.property(anything, fatesOf(false), (given, fates) => {
      const graph = graphFrom(given)
      const run = simulate(graph, fates)
      const network = networkOf(run, compileGraph(graph), run.finishedAt!)
      const slack = slackOf(network)
      const path = criticalPath(network)
      expect(path[0]).toBe('n0')
      for (const key of path) expect(slack.get(key), key).toBe(0)
      // Nothing but delays lies between one step's end and the next one's begin; a map holds what stands inside it.
      const outer = path.filter((key) => !key.includes('['))
      for (const [index, key] of outer.slice(1).entries()) {
        const before = run.steps[outer[index]!]!
        const step = run.steps[key]!
        expect((step.startedAt ?? step.finishedAt!) - before.finishedAt!).toBeLessThan(10)
        expect(graph.edges.some((one) => one.source === outer[index] && one.target === key)).toBe(true)
      }
      expect(run.steps[outer.at(-1)!]!.finishedAt).toBe(run.finishedAt)
    }))
  })

  test('two chains equally long: one is the path, neither has slack, what is shorter has', () => {
    const graph: Graph = { nodes: [node('a', 'input'), ...['b', 'c', 'd', 'e'].map((id) => node(id, 'transform', { expression: '1' }))], edges: [edge('a', 'b'), edge('a', 'c'), edge('a', 'd'), edge('b', 'e'), edge('c', 'e'), edge('d', 'e')] }
    const takes: Record<string, number> = { a: 1, b: 50, c: 50, d: 20, e: 5 }
    const run = simulate(graph, (key) => ({ workMs: [takes[key]!], delayMs: 0, fails: false }))
    const network = networkOf(run, compileGraph(graph), run.finishedAt!)
    expect(Object.fromEntries(slackOf(network))).toEqual({ a: 0, b: 0, c: 0, d: 30, e: 0 })
    expect(criticalPath(network)).toEqual(['a', 'c', 'e'])
  })

  test('a map with few places: an item that takes longer lets another go first', () => {
    const graph: Graph = { nodes: [node('a', 'input'), mapOf('m', 2)], edges: [edge('a', 'm')] }
    const fates: Fates = (key) => ({ workMs: [key.endsWith('x') ? 10 : 1], delayMs: 0, fails: false })
    const run = simulate(graph, fates)
    const network = networkOf(run, compileGraph(graph), run.finishedAt!)
    // Five items of 11 ms on two places: three rounds. One item of 41 ms leaves the other place to the rest, which takes 44 ms.
    expect(run.finishedAt! - run.startedAt!).toBe(1 + 33)
    expect(endIf(network, 'm[0].x', 4) - run.startedAt!).toBe(1 + 44)
    expect(endIf(network, 'm', 2) - run.startedAt!).toBe(1 + 66)
  })

  test('an agent that calls its tools: the path leads through its turns, and what-if knows their places', () => {
    const graph: Graph = { nodes: [node('a', 'input'), agentOf('g')], edges: [edge('a', 'g')] }
    const takes = (key: string): number => (key.endsWith('model') ? 10 : key.endsWith('t0') ? 50 : 20)
    const run = simulate(graph, (key) => ({ workMs: [key === 'a' ? 1 : takes(key)], delayMs: 0, fails: false }))
    const network = networkOf(run, compileGraph(graph), run.finishedAt!)
    // Two places: t0 takes 50 ms; t1, t2 and the second t0 share the other, 20 + 20 + 20.
    expect(run.finishedAt! - run.startedAt!).toBe(1 + 10 + 60 + 10 + 20 + 10)
    expect(criticalPath(network)).toEqual(['a', 'g', 'g[0].model', 'g[0].t1', 'g[0].t2', 'g[0].t0~2', 'g[1].model', 'g[1].t1', 'g[2].model'])
    expect(slackOf(network).get('g[0].t0')).toBe(10)
    expect(endIf(network, 'g[0].t0', 2) - run.finishedAt!).toBe(40)
    expect(endIf(network, 'g[1]', 1)).toBe(run.finishedAt)
    expect(endIf(network, 'g', 2) - run.startedAt!).toBe(1 + 2 * 110)
  })

  test('a result taken over from a parent holds nothing up', () => {
    const graph: Graph = { nodes: [node('a', 'input'), node('b', 'transform', { expression: '1' })], edges: [edge('a', 'b')] }
    const logged = ([[10, { type: 'step.started', nodeId: 'a', attempt: 1 }], [10, { type: 'step.completed', nodeId: 'a', attempt: 1, output: 1, reused: { runId: 'run_p' } }], [20, { type: 'run.started' }], [25, { type: 'step.started', nodeId: 'b', attempt: 1 }], [65, { type: 'step.completed', nodeId: 'b', attempt: 1, output: 1 }], [66, { type: 'run.completed', output: 1 }]] as const)
      .map(([recordedAt, fact], index): RunEvent => ({ ...fact, seq: index + 1, recordedAt }))
    const network = networkOf(foldRun(emptyRun, logged), compileGraph(graph), 99)
    expect(criticalPath(network)).toEqual(['b'])
    expect(Object.fromEntries(slackOf(network))).toEqual({ b: 0 })
    expect(endIf(network, 'b', 2)).toBe(106)
  })
})
