import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Graph } from '@/domain/graph/graph'
import { validateGraph } from '@/domain/graph/validate'
import { decideRun, RunFinished, StaleAttempt, type RunCommand } from './decide-run'
import { planRun } from './plan-run'
import { foldOnto, foldRun, reduceRun } from './reduce-run'
import type { RunEvent, RunFact } from './run-event'
import { compileGraph, locate } from './run-graph'
import { emptyRun, isFinished, isSettled, stepOf, type RunState } from './run-state'

const node = (id: string, type: Graph['nodes'][number]['type'], config: Record<string, unknown> = {}) =>
  ({ id, type, name: id, position: { x: 0, y: 0 }, config }) as Graph['nodes'][number]
const edge = (source: string, target: string, sourceHandle?: string) =>
  ({ id: `${source}-${sourceHandle ?? ''}-${target}`, source, target, ...(sourceHandle && { sourceHandle }) }) as Graph['edges'][number]

/** Layered random DAGs of transforms with conditions and error branches among them. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.record({ kind: fc.constantFrom('transform', 'condition', 'branching', 'any'), back: fc.array(fc.nat(5), { maxLength: 3 }), side: fc.boolean() }), { minLength: 1, maxLength: 12 })
  .map((specs) => {
    const nodes = [node('n0', 'input')]
    const edges: Graph['edges'] = []
    specs.forEach((spec, index) => {
      const id = `n${index + 1}`
      const type = spec.kind === 'condition' ? 'condition' : spec.kind === 'any' ? 'merge' : 'transform'
      nodes.push(node(id, type, type === 'merge' ? { mode: 'any' } : { expression: 'true', ...(spec.kind === 'branching' && { onError: 'branch' }) }))
      const sources = new Set([0, ...spec.back].map((back) => Math.max(0, index - back)))
      for (const source of sources) {
        const from = nodes[source]!
        const handle = from.type === 'condition' ? String(spec.side) : from.config.onError === 'branch' && spec.side ? 'error' : undefined
        edges.push(edge(from.id, id, handle))
      }
    })
    return { nodes, edges }
  })

type World = { log: RunEvent[]; completions: Map<string, number> }

/** Plays a run to its end as the engine would, dying after each append that `dies` says. */
function play(graph: Graph, outcomes: (key: string, attempt: number) => boolean, dies: (append: number) => boolean): World {
  const compiled = compileGraph(graph)
  const world: World = { log: [], completions: new Map() }
  let appends = 0
  const append = (facts: RunFact[]) => {
    for (const fact of facts) {
      world.log.push({ ...fact, seq: world.log.length + 1, recordedAt: world.log.length } as RunEvent)
      if (fact.type === 'step.completed') world.completions.set(fact.nodeId, (world.completions.get(fact.nodeId) ?? 0) + 1)
    }
    appends += 1
  }
  append([{ type: 'run.queued', workflowId: 'wf', workflowName: 'w', version: 1, graphHash: 'h', input: 1, priority: 5 }])
  for (let life = 0; life < 400; life++) {
    let state = foldRun(emptyRun, world.log)
    if (isFinished(state)) return world
    const tell = (command: RunCommand): boolean => {
      const facts = decideRun(state, command, compiled)
      if (facts.length === 0) return false
      append(facts)
      state = foldRun(emptyRun, world.log)
      return dies(appends)
    }
    if (tell({ do: 'recover', now: 1e9 })) continue
    for (let step = 0; step < 400 && !isFinished(state); step++) {
      const plan = planRun(state, compiled, 1e9)[0]
      if (!plan) throw new Error(`Stuck at ${JSON.stringify(state.steps)}`)
      if (act(plan, tell, outcomes, compiled)) break
    }
  }
  throw new Error('The run never ended')
}

function act(plan: ReturnType<typeof planRun>[number], tell: (command: RunCommand) => boolean, outcomes: (key: string, attempt: number) => boolean, compiled: ReturnType<typeof compileGraph>): boolean {
  switch (plan.do) {
    case 'begin':
      return tell({ do: 'begin' })
    case 'skip':
      return tell({ do: 'skip-step', key: plan.key, reason: plan.reason })
    case 'start': {
      if (tell({ do: 'start-step', key: plan.key, attempt: plan.attempt })) return true
      const type = locate(compiled, plan.key)!.node.type
      return outcomes(plan.key, plan.attempt)
        ? tell({ do: 'complete-step', key: plan.key, attempt: plan.attempt, output: true, ...(type === 'condition' && { handle: 'true' }) })
        : tell({ do: 'fail-step', key: plan.key, attempt: plan.attempt, error: { code: 'X', message: 'x', retryable: true }, now: 0, random: 0 })
    }
    case 'complete':
      return tell({ do: 'complete', output: plan.output })
    case 'fail':
      return tell({ do: 'fail', error: plan.error })
    default:
      throw new Error(`Unexpected plan ${plan.do}`)
  }
}

/** Events of all kinds in an order that no engine would give; `seq` may repeat or go back. */
const anyEvents: fc.Arbitrary<RunEvent[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom('run.queued', 'run.started', 'run.waiting', 'run.resumed', 'run.completed', 'run.failed', 'run.cancelled', 'step.scheduled', 'step.started', 'step.output', 'step.completed', 'step.failed', 'step.retrying', 'step.skipped', 'step.cancelled'),
      nodeId: fc.constantFrom('a', 'b', '__proto__', 'constructor'), attempt: fc.integer({ min: 1, max: 3 }), text: fc.string(), output: fc.constant(null),
      nodeIds: fc.constant(['a']), error: fc.constant({ code: 'X', message: '', retryable: false }), reason: fc.constant({ kind: 'run-if-false' }), at: fc.nat(), seq: fc.nat(50), recordedAt: fc.nat(),
    }),
    { maxLength: 30 },
  )
  .map((events) => events as unknown as RunEvent[])

const luck = fc.func(fc.boolean())
const kills = fc.func(fc.integer({ min: 0, max: 9 }))

describe('laws of a run', () => {
  it('random graphs are valid', () => {
    fc.assert(fc.property(graphs, (graph) => { expect(validateGraph(graph)).toEqual([]) }))
  })

  it('killed after any append, a run finishes and no step completes twice', () => {
    fc.assert(
      fc.property(graphs, luck, kills, (graph, outcomes, dies) => {
        const world = play(graph, outcomes, (append) => append < 200 && dies(append) < 3)
        for (const [key, times] of world.completions) expect([key, times]).toEqual([key, 1])
        const end = foldRun(emptyRun, world.log)
        expect(isFinished(end)).toBe(true)
        for (const { id } of graph.nodes) expect(isSettled(stepOf(end, id).state)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('folding any prefix never throws, and event by event equals all at once', () => {
    fc.assert(
      fc.property(graphs, luck, fc.nat(), (graph, outcomes, cut) => {
        const { log } = play(graph, outcomes, () => false)
        const prefix = log.slice(0, cut % (log.length + 1))
        expect(prefix.reduce(reduceRun, emptyRun)).toEqual(foldRun(emptyRun, prefix))
      }),
    )
  })

  it('a snapshot and the tail after it give what the whole log gives, overlap and all', () => {
    fc.assert(
      fc.property(graphs, luck, fc.nat(), fc.nat(), (graph, outcomes, cut, overlap) => {
        const { log } = play(graph, outcomes, () => false)
        const at = cut % (log.length + 1)
        const snapshot = JSON.parse(JSON.stringify(foldRun(emptyRun, log.slice(0, at)))) as RunState
        const tail = log.slice(Math.max(0, at - (overlap % 5)))
        expect(foldRun(snapshot, tail)).toEqual(foldRun(emptyRun, log))
      }),
    )
  })

  it('is total: arbitrary events in any order fold without throwing', () => {
    fc.assert(fc.property(anyEvents, (log) => void foldRun(emptyRun, log)))
  })

  it('folded in place it is the same, and taken back it is what it was; who holds the state before sees nothing of it', () => {
    fc.assert(fc.property(anyEvents, fc.nat(30), fc.nat(30), (log, cut, further) => {
      const run = foldRun(emptyRun, log.slice(0, cut))
      const before = structuredClone(run)
      const own: RunState = { ...run, steps: { ...run.steps } }
      const takeBack = foldOnto(own, log.slice(cut, cut + further))
      expect(own).toEqual(foldRun(run, log.slice(cut, cut + further)))
      expect(run).toEqual(before)
      takeBack()
      expect(own).toEqual(run)
      expect(Object.keys(own.steps)).toEqual(Object.keys(run.steps))
    }), { numRuns: 500 })
  })

  it('what is settled stays settled, and what has ended stays ended, whatever comes late', () => {
    fc.assert(
      fc.property(anyEvents, (log) => {
        let run = emptyRun
        for (const event of log) {
          const next = reduceRun(run, event)
          if (isFinished(run)) expect(next).toEqual({ ...run, seq: next.seq })
          for (const [key, step] of Object.entries(run.steps)) if (isSettled(step.state)) expect(stepOf(next, key)).toBe(step)
          run = next
        }
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a late result and any command after the end', () => {
    const graph = { nodes: [node('a', 'input')], edges: [] }
    const { log } = play(graph, () => true, () => false)
    expect(() => decideRun(foldRun(emptyRun, log), { do: 'cancel', by: 'x' }, compileGraph(graph))).toThrow(RunFinished)
    expect(() => decideRun(foldRun(emptyRun, log.slice(0, 2)), { do: 'complete-step', key: 'a', attempt: 1, output: 1 }, compileGraph(graph))).toThrow(StaleAttempt)
  })
})
