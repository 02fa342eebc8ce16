import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { foldRun } from './reduce-run'
import type { Route, RunEvent, RunFact } from './run-event'
import { compileGraph } from './run-graph'
import { isSlow, phasesOf, spanOfStep, traceRun, type Span } from './run-trace'
import { emptyRun } from './run-state'

const node = (id: string, type: string, config: unknown = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })
const agent = (id: string) => node(id, 'agent', { prompt: 'Say {{ input }}' })
const graph = compileGraph(Graph.parse({
  nodes: [node('in', 'input'), agent('plan'), node('each', 'map', { concurrency: 2, body: { nodes: [agent('ask')], edges: [] } }), node('end', 'output')],
  edges: [edge('in', 'plan'), edge('plan', 'each'), edge('each', 'end')],
}))
const route: Route = { instance: 'http://gpu-0', policy: 'flow', queueMs: 20, prefillMs: 30, decodeMs: 40, promptTokens: 10, cachedTokens: 4, completionTokens: 8 }
const error = { code: 'X', message: 'broken', retryable: true }
const logOf = (...rows: [number, RunFact][]): RunEvent[] => rows.map(([recordedAt, fact], index) => ({ ...fact, seq: index + 1, recordedAt }))
const begin = (nodeId: string, attempt = 1, input?: never): RunFact => ({ type: 'step.started', nodeId, attempt, ...(input !== undefined && { input }) })
const done = (nodeId: string, attempt = 1): RunFact => ({ type: 'step.completed', nodeId, attempt, output: 1 })
const log = logOf(
  [0, { type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 1, graphHash: 'h', input: 1, priority: 5 }],
  [2, { type: 'run.started' }],
  [3, begin('in')], [3, done('in')],
  [4, begin('plan')],
  [30, { type: 'step.retrying', nodeId: 'plan', attempt: 1, error, at: 50 }],
  [50, begin('plan', 2)],
  [150, { ...done('plan', 2), route } as RunFact],
  [151, { type: 'step.started', nodeId: 'each', attempt: 1, input: { items: [1, 2, 3] } }],
  [152, begin('each[0].ask')], [152, begin('each[1].ask')],
  [170, { type: 'step.output', nodeId: 'each[0].ask', attempt: 1, text: 'a' }],
  [180, { type: 'step.output', nodeId: 'each[0].ask', attempt: 1, text: 'b' }],
  [200, { ...done('each[1].ask'), route: { ...route, queueMs: 0, prefillMs: 10, decodeMs: 30 } } as RunFact],
  [201, begin('each[2].ask')],
)
const traceAt = (count: number, now: number) => traceRun(foldRun(emptyRun, log.slice(0, count)), graph, now)
const outline = (span: Span): string[] => [`${'  '.repeat(span.depth)}${span.kind} ${span.id} ${span.from}–${span.to ?? ''}`, ...span.children.flatMap(outline)]

describe('the trace of a run', () => {
  test('run, steps, attempts, calls; items of a map with what is inside them', () => {
    expect(outline(traceAt(log.length, 210).root)).toEqual([
      'run run 0–',
      '  step in 3–3',
      '  step plan 4–150',
      '    attempt plan#1 4–30',
      '      call plan#1/call 4–30',
      '    pause plan#1… 30–50',
      '    attempt plan#2 50–150',
      '      call plan#2/call 50–150',
      '  step each 151–',
      '    item each[0] 152–',
      '      step each[0].ask 152–',
      '        attempt each[0].ask#1 152–',
      '          call each[0].ask#1/call 152–',
      '    item each[1] 152–200',
      '      step each[1].ask 152–200',
      '        attempt each[1].ask#1 152–200',
      '          call each[1].ask#1/call 152–200',
      '    item each[2] 201–',
      '      step each[2].ask 201–',
      '        attempt each[2].ask#1 201–',
      '          call each[2].ask#1/call 201–',
    ])
  })

  test('a call has the phases that its route tells; a call that broke off or goes on says what is known', () => {
    const spans = (span: Span): Span[] => [span, ...span.children.flatMap(spans)]
    const phases = Object.fromEntries(spans(traceAt(log.length, 210).root).flatMap((span) => (span.kind === 'call' ? [[span.id, span.phases.map(({ kind, from, to }) => `${kind} ${from}–${to ?? ''}`)]] : [])))
    expect(phases).toEqual({
      'plan#1/call': ['unsplit 4–30'],
      'plan#2/call': ['queue 50–70', 'prefill 70–100', 'decode 100–140', 'overhead 140–150'],
      'each[0].ask#1/call': ['unsplit 152–170', 'decode 170–'],
      'each[1].ask#1/call': ['prefill 152–162', 'decode 162–192', 'overhead 192–200'],
      'each[2].ask#1/call': ['unsplit 201–'],
    })
  })

  test('the path leads through the item whose place another took', () => {
    const { path, root } = traceAt(log.length, 210)
    expect(path).toEqual(['in', 'plan', 'each', 'each[1].ask', 'each[2].ask'])
    const items = root.children.at(-1)!.children
    expect(items.map((item) => item.kind === 'item' && item.critical)).toEqual([false, true, true])
  })

  test('every step is found by its key, and nothing else', () => {
    const trace = traceAt(log.length, 210)
    for (const key of ['in', 'plan', 'each', 'each[0].ask', 'each[2].ask']) expect(spanOfStep(trace, key)?.key).toBe(key)
    for (const key of ['end', 'each[3].ask', 'each[0]', 'run', '']) expect(spanOfStep(trace, key)).toBeUndefined()
  })

  test('phases tile the attempt, whatever the route claims', () => {
    const ms = fc.nat(500)
    fc.assert(fc.property(ms, fc.option(ms, { nil: undefined }), fc.option(fc.record({ queueMs: ms, prefillMs: ms, decodeMs: ms }), { nil: undefined }), fc.option(fc.integer({ min: -100, max: 900 }), { nil: undefined }), (from, lasts, parts, textAt) => {
      const to = lasts === undefined ? undefined : from + lasts
      const phases = phasesOf({ from, to }, parts && { ...route, ...parts }, textAt)
      let at = from
      for (const phase of phases) {
        expect(phase.from).toBe(at)
        expect(phase.to ?? Infinity).toBeGreaterThan(at)
        at = phase.to ?? Infinity
      }
      expect(at).toBe(to ?? Infinity)
    }))
  })

  test('at every moment what is inside lies inside, and nothing is there before it happened', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: log.length }), (count) => {
      const now = log[count - 1]?.recordedAt ?? 0
      const check = (span: Span) => {
        expect(span.from).toBeLessThanOrEqual(now)
        for (const child of span.children) {
          expect(child.from).toBeGreaterThanOrEqual(span.from)
          expect(child.to ?? now).toBeLessThanOrEqual(span.to ?? now)
          check(child)
        }
      }
      check(traceAt(count, now).root)
    }))
  })

  test('many thousand steps are no trouble', () => {
    const items = 3_400
    const wide = logOf(
      [0, { type: 'run.started' }], [1, { type: 'step.started', nodeId: 'each', attempt: 1, input: { items: Array.from({ length: items }, (_, index) => index) } }],
      ...Array.from({ length: items }, (_, index): [number, RunFact][] => [[index, begin(`each[${index}].ask`)], [index + 2, done(`each[${index}].ask`)]]).flat(),
    )
    const { root } = traceRun(foldRun(emptyRun, wide), graph, items)
    expect(root.children[0]?.children).toHaveLength(items)
  })
})

test.each([
  [undefined, 900, undefined],
  [{ executions: 4, p50: 100 }, 900, undefined],
  [{ executions: 5, p50: 100 }, 199, false],
  [{ executions: 5, p50: 100 }, 200, true],
  [{ executions: 50, p50: 10 }, 90, false],
])('against %o, %i ms is slow: %s', (typical, ms, slow) => expect(isSlow(ms, typical)).toBe(slow))

test('an agent in turns encloses them, and each turn the model and what it called', () => {
  const tools = [{ name: 'find', run: { kind: 'http', url: 'https://find.example' } }]
  const inTurns = compileGraph(Graph.parse({ nodes: [node('ask', 'agent', { prompt: 'p', tools })], edges: [] }))
  const usage = { promptTokens: 1, completionTokens: 1 }
  const call = (id: string) => ({ id, name: 'find', arguments: {} })
  const run = foldRun(emptyRun, logOf(
    [0, { type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 1, graphHash: 'h', input: 1, priority: 5 }], [1, { type: 'run.started' }],
    [2, { type: 'step.started', nodeId: 'ask', attempt: 1, input: { messages: [], firstTurn: 0 } }],
    [3, begin('ask[0].model')], [10, { type: 'step.completed', nodeId: 'ask[0].model', attempt: 1, output: { text: '', toolCalls: [call('a'), call('b')], usage } }],
    [11, begin('ask[0].find')], [11, begin('ask[0].find~2')], [20, done('ask[0].find~2')], [25, done('ask[0].find')],
    [26, begin('ask[1].model')],
  ))
  expect(outline(traceRun(run, inTurns, 30).root)).toEqual([
    'run run 0–', '  step ask 2–', '    turn ask[0] 3–25',
    '      step ask[0].model 3–10', '        attempt ask[0].model#1 3–10', '          call ask[0].model#1/call 3–10',
    '      step ask[0].find 11–25', '      step ask[0].find~2 11–20',
    '    turn ask[1] 26–', '      step ask[1].model 26–', '        attempt ask[1].model#1 26–', '          call ask[1].model#1/call 26–',
  ])
})
