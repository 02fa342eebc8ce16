import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { decideRun, NotWaiting, type RunCommand } from './decide-run'
import { reusedFacts } from './fork-run'
import { createKnownItems } from './open-items'
import { planRun } from './plan-run'
import { foldRun } from './reduce-run'
import type { RunEvent } from './run-event'
import { compileGraph } from './run-graph'
import { emptyRun, stepOf, type RunState } from './run-state'
import { incomingOf, scopeOf } from './scope'

type Spec = [id: string, type: string, config?: Record<string, unknown>]
const graphOf = (nodes: Spec[], edges: [source: string, target: string, handle?: string][]) =>
  Graph.parse({
    nodes: nodes.map(([id, type, config]) => ({ id, type, name: id, position: { x: 0, y: 0 }, config: config ?? {} })),
    edges: edges.map(([source, target, sourceHandle], index) => ({ id: `e${index}`, source, target, ...(sourceHandle && { sourceHandle }) })),
  })

/** A run told command by command; time stands at 1000. */
function tellTo(graph: Graph, input: Json = null) {
  const compiled = compileGraph(graph)
  let state = foldRun(emptyRun, [
    { type: 'run.queued', seq: 1, recordedAt: 0, workflowId: 'w', workflowName: 'w', version: 1, graphHash: 'h', input, priority: 5 },
    { type: 'run.started', seq: 2, recordedAt: 0 },
  ])
  const told = {
    state: () => state,
    tell(...commands: RunCommand[]) {
      for (const command of commands) {
        const facts = decideRun(state, command, compiled)
        state = foldRun(state, facts.map((fact, index) => ({ ...fact, seq: state.seq + index + 1, recordedAt: 1_000 }) as RunEvent))
      }
      return told
    },
    done: (key: string, output: Json = key, handle?: string) =>
      told.tell({ do: 'start-step', key, attempt: 1 }, { do: 'complete-step', key, attempt: 1, output, ...(handle && { handle }) }),
    fails: (key: string, retryable = false, attempt = 1) =>
      told.tell({ do: 'start-step', key, attempt }, { do: 'fail-step', key, attempt, error: { code: 'X', message: 'no', retryable }, now: 1_000, random: 1 }),
    plan: (now = 1_000) => planRun(state, compiled, now),
  }
  return told
}

const work = { expression: '1' }
const diamond = graphOf([['a', 'input'], ['b', 'transform', work], ['c', 'transform', work], ['d', 'merge'], ['e', 'output']], [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd'], ['d', 'e']])

describe('planRun', () => {
  it('starts independent nodes together and waits for both', () => {
    const run = tellTo(diamond).done('a')
    expect(run.plan()).toEqual([{ do: 'start', key: 'b', attempt: 1 }, { do: 'start', key: 'c', attempt: 1 }])
    expect(run.done('b').plan()).toEqual([{ do: 'start', key: 'c', attempt: 1 }])
    expect(run.done('c').plan()).toEqual([{ do: 'start', key: 'd', attempt: 1 }])
    expect(run.done('d').done('e', 42).plan()).toEqual([{ do: 'complete', output: 42 }])
  })

  it('skips what a failure cuts off, says why, and ends the other branch first', () => {
    const run = tellTo(diamond).done('a').fails('b')
    expect(run.plan()).toEqual([
      { do: 'start', key: 'c', attempt: 1 },
      { do: 'skip', key: 'd', reason: { kind: 'upstream-failed', cause: 'b' } },
    ])
    run.done('c').tell({ do: 'skip-step', key: 'd', reason: { kind: 'upstream-failed', cause: 'b' } })
    expect(run.plan()).toEqual([{ do: 'skip', key: 'e', reason: { kind: 'upstream-failed', cause: 'b' } }])
    run.tell({ do: 'skip-step', key: 'e', reason: { kind: 'upstream-failed', cause: 'b' } })
    expect(run.plan()).toMatchObject([{ do: 'fail', key: 'b' }])
  })

  it('takes one branch of a condition and joins again behind it', () => {
    const graph = graphOf([['a', 'input'], ['c', 'condition', { expression: 'true' }], ['y', 'transform', work], ['n', 'transform', work], ['j', 'output']], [['a', 'c'], ['c', 'y', 'true'], ['c', 'n', 'false'], ['y', 'j'], ['n', 'j']])
    const run = tellTo(graph).done('a').done('c', true, 'true')
    expect(run.plan()).toEqual([{ do: 'start', key: 'y', attempt: 1 }, { do: 'skip', key: 'n', reason: { kind: 'branch-not-taken', cause: 'c' } }])
    run.done('y').tell({ do: 'skip-step', key: 'n', reason: { kind: 'branch-not-taken', cause: 'c' } })
    expect(run.plan()).toEqual([{ do: 'start', key: 'j', attempt: 1 }])
  })

  it('lets what arrives pass a disabled node, whatever its settings say', () => {
    const graph = graphOf([['a', 'input'], ['off', 'agent', { disabled: true, temperature: 'nonsense' }], ['e', 'output']], [['a', 'off'], ['off', 'e']])
    const run = tellTo(graph).done('a', { topic: 'looms' })
    const passed = { kind: 'disabled' as const, output: { topic: 'looms' }, handle: 'out' }
    expect(run.plan()).toEqual([{ do: 'skip', key: 'off', reason: passed }])
    run.tell({ do: 'skip-step', key: 'off', reason: passed })
    expect(run.plan()).toEqual([{ do: 'start', key: 'e', attempt: 1 }])
    expect(incomingOf(run.state(), compileGraph(graph), '', 'e')).toEqual({ off: { topic: 'looms' } })
    expect(scopeOf(run.state(), compileGraph(graph), 'e', 'r').steps.off).toEqual({ output: { topic: 'looms' } })
  })

  it('takes the first branch of a disabled condition, and waits for all before a disabled node', () => {
    const graph = graphOf([['a', 'input'], ['b', 'transform', work], ['c', 'condition', { disabled: true }], ['y', 'output'], ['n', 'output']], [['a', 'c'], ['b', 'c'], ['c', 'y', 'true'], ['c', 'n', 'false']])
    const run = tellTo(graph).done('a', 1)
    expect(run.plan()).toEqual([{ do: 'start', key: 'b', attempt: 1 }])
    run.done('b', 2)
    const reason = { kind: 'disabled' as const, output: { a: 1, b: 2 }, handle: 'true' }
    expect(run.plan()).toEqual([{ do: 'skip', key: 'c', reason }])
    run.tell({ do: 'skip-step', key: 'c', reason })
    expect(run.plan()).toMatchObject([{ do: 'start', key: 'y' }, { do: 'skip', key: 'n', reason: { cause: 'c' } }])
  })

  it('skips a disabled node behind a failure like any other', () => {
    const run = tellTo(graphOf([['a', 'transform', work], ['off', 'http', { disabled: true }]], [['a', 'off']])).fails('a')
    expect(run.plan()).toEqual([{ do: 'skip', key: 'off', reason: { kind: 'upstream-failed', cause: 'a' } }])
  })

  it('goes on over the error handle', () => {
    const graph = graphOf([['a', 'transform', { ...work, onError: 'branch' }], ['ok', 'output'], ['bad', 'output']], [['a', 'ok'], ['a', 'bad', 'error']])
    const run = tellTo(graph).fails('a')
    expect(run.plan()).toEqual([{ do: 'skip', key: 'ok', reason: { kind: 'branch-not-taken', cause: 'a' } }, { do: 'start', key: 'bad', attempt: 1 }])
    run.tell({ do: 'skip-step', key: 'ok', reason: { kind: 'branch-not-taken', cause: 'a' } }).done('bad', 'saved')
    expect(run.plan()).toEqual([{ do: 'complete', output: 'saved' }])
  })

  it('tries again after the backoff, at most three times, then fails', () => {
    const run = tellTo(graphOf([['a', 'transform', work]], [])).fails('a', true)
    expect(run.plan(1_499)).toEqual([{ do: 'wake', at: 1_500 }])
    expect(run.plan(1_500)).toEqual([{ do: 'start', key: 'a', attempt: 2 }])
    run.fails('a', true, 2)
    expect(run.plan(1_500)).toEqual([{ do: 'wake', at: 2_000 }])
    run.fails('a', true, 3)
    expect(run.plan(9_999)).toMatchObject([{ do: 'fail', key: 'a' }])
  })

  it('does not count an attempt that the server interrupted', () => {
    const run = tellTo(graphOf([['a', 'agent', { prompt: 'x', retry: { maxAttempts: 1 } }]], [])).tell({ do: 'start-step', key: 'a', attempt: 1 }, { do: 'recover', now: 1_000 })
    expect(run.plan()).toEqual([{ do: 'start', key: 'a', attempt: 2 }])
    expect(run.done).toBeDefined()
    run.tell({ do: 'start-step', key: 'a', attempt: 2 }, { do: 'complete-step', key: 'a', attempt: 2, output: 1 })
    expect(run.plan()).toEqual([{ do: 'complete', output: 1 }])
  })

  it('waits for a person once, goes on when answered, and refuses a second answer', () => {
    const graph = graphOf([['i', 'input'], ['p', 'approval', { prompt: 'ok?' }], ['y', 'output'], ['n', 'output']], [['i', 'p'], ['p', 'y', 'approved'], ['p', 'n', 'rejected']])
    const run = tellTo(graph).done('i').tell({ do: 'start-step', key: 'p', attempt: 1 })
    expect(run.plan()).toEqual([{ do: 'wait', keys: ['p'] }])
    run.tell({ do: 'wait', keys: ['p'] })
    expect(run.state().status).toBe('waiting')
    expect(run.plan()).toEqual([])
    const answer: RunCommand = { do: 'answer', key: 'p', decision: 'reject', comment: 'not yet', by: 'me' }
    run.tell(answer)
    expect(run.state().status).toBe('running')
    expect(run.plan()).toEqual([{ do: 'skip', key: 'y', reason: { kind: 'branch-not-taken', cause: 'p' } }, { do: 'start', key: 'n', attempt: 1 }])
    expect(() => run.tell(answer)).toThrow(NotWaiting)
  })

  it('maps a list in order with bounded concurrency, and gives up on a failed item', () => {
    const body = { nodes: [{ id: 'x', type: 'transform', name: 'x', position: { x: 0, y: 0 }, config: work }], edges: [] }
    const graph = graphOf([['m', 'map', { items: 'input', concurrency: 2, body }]], [])
    const run = tellTo(graph, [7, 8, 9]).tell({ do: 'start-step', key: 'm', attempt: 1, input: { items: [7, 8, 9] } })
    expect(run.plan()).toEqual([{ do: 'start', key: 'm[0].x', attempt: 1 }, { do: 'start', key: 'm[1].x', attempt: 1 }])
    run.done('m[1].x', 'second')
    expect(run.plan()).toEqual([{ do: 'start', key: 'm[0].x', attempt: 1 }, { do: 'start', key: 'm[2].x', attempt: 1 }])
    const other = tellTo(graph, [7, 8, 9]).tell({ do: 'start-step', key: 'm', attempt: 1, input: { items: [7, 8, 9] } }).fails('m[0].x')
    expect(other.plan()).toMatchObject([{ do: 'give-up', key: 'm', error: { message: 'm[0].x: no', retryable: false } }])
    run.done('m[0].x', 'first').done('m[2].x', 'third')
    expect(run.plan()).toEqual([{ do: 'collect', key: 'm', attempt: 1, output: ['first', 'second', 'third'] }])
  })
})

describe('reusedFacts', () => {
  const finished = tellTo(diamond).done('a').done('b').done('c').done('d').done('e').state()
  const keys = (state: RunState, change: Parameters<typeof reusedFacts>[3]) =>
    reusedFacts(state, 'run_p', diamond, change).filter((fact) => fact.type === 'step.completed').map((fact) => fact.nodeId)

  it('takes over all that the fork point does not lead to, marked', () => {
    expect(keys(finished, { from: 'b', overrides: {}, newInput: false })).toEqual(['a', 'c'])
    expect(reusedFacts(finished, 'run_p', diamond, { from: 'b', overrides: {}, newInput: false }).at(-1)).toMatchObject({ reused: { runId: 'run_p' } })
  })

  it('stands an edited output in for the step', () => {
    expect(keys(finished, { from: 'b', overrides: { b: { output: 'mine' } }, newInput: false })).toEqual(['a', 'c', 'b'])
  })

  it('reuses nothing behind a new input', () => {
    expect(keys(finished, { overrides: {}, newInput: true })).toEqual([])
  })

  it('runs what failed again', () => {
    expect(keys(tellTo(diamond).done('a').fails('b').done('c').state(), { overrides: {}, newInput: false })).toEqual(['a', 'c'])
  })

  it('leaves a fork that plans exactly the rest', () => {
    const fork = foldRun(emptyRun, [
      { type: 'run.queued' as const, workflowId: 'w', workflowName: 'w', version: 1, graphHash: 'h', input: null, priority: 5 },
      { type: 'run.started' as const },
      ...reusedFacts(finished, 'run_p', diamond, { from: 'b', overrides: {}, newInput: false }),
    ].map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: 0 }) as RunEvent))
    expect(planRun(fork, compileGraph(diamond), 0)).toEqual([{ do: 'start', key: 'b', attempt: 1 }])
    expect(stepOf(fork, 'c').reusedFrom).toBe('run_p')
  })
})

describe('what is kept from plan to plan of a run with maps', () => {
  const inner = graphOf([['i', 'input'], ['x', 'transform', work]], [['i', 'x']])
  const body = graphOf([['i', 'input'], ['a', 'transform', work], ['b', 'transform', work], ['n', 'map', { items: 'input', concurrency: 2, body: inner }]], [['i', 'a'], ['i', 'b'], ['a', 'n']])
  const act = fc.record({ pick: fc.nat(), fails: fc.nat(4).map((luck) => luck === 0), known: fc.boolean() })

  it('makes no difference to the plan, whatever fails in whatever order, and whenever it began to be kept', () => {
    let failures = 0
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act, { maxLength: 60 }), (concurrency, acts) => {
      const graph = graphOf([['in', 'input'], ['m', 'map', { items: 'input', concurrency, body }]], [['in', 'm']])
      const compiled = compileGraph(graph)
      const run = tellTo(graph, [1]).done('in')
      let known = createKnownItems()
      for (const { pick, fails, known: keep } of acts) {
        if (!keep && pick % 5 === 0) known = createKnownItems()
        const plans = run.plan()
        expect(planRun(run.state(), compiled, 1_000, known)).toEqual(plans)
        const running = Object.entries(run.state().steps).flatMap(([key, { state }]) => (state.kind === 'running' && key.match(/\.[iabx]$/) ? [key] : []))
        const choices: RunCommand[][] = [
          ...plans.flatMap((plan): RunCommand[][] => plan.do !== 'start' ? [] : [[{ do: 'start-step', key: plan.key, attempt: 1, ...(/(^m|\.n)$/.test(plan.key) && { input: { items: [0, 1, 2, 3, 4] } }) }]]),
          ...plans.flatMap((plan): RunCommand[][] => plan.do === 'skip' ? [[{ do: 'skip-step', key: plan.key, reason: plan.reason }]]
            : plan.do === 'collect' ? [[{ do: 'complete-step', key: plan.key, attempt: plan.attempt, output: plan.output }]]
              : plan.do === 'give-up' ? [[{ do: 'fail-step', key: plan.key, attempt: plan.attempt, error: plan.error, now: 1_000, random: 0 }]] : []),
          ...running.map((key): RunCommand[] => [fails ? { do: 'fail-step', key, attempt: 1, error: { code: 'X', message: key, retryable: false }, now: 1_000, random: 0 } : { do: 'complete-step', key, attempt: 1, output: key }]),
        ]
        const chosen = choices[pick % Math.max(1, choices.length)]
        if (!chosen) return
        if (chosen[0]!.do === 'fail-step') failures += 1
        run.tell(...chosen)
      }
    }), { numRuns: 400 })
    expect(failures).toBeGreaterThan(60)
  })
})
