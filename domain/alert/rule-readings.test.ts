import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { READY_MADE, READY_MADE_IDS, RuleDraft } from './alert-rule'
import { METRIC_IDS, metricOf, type MetricId } from './metric-catalogue'
import { ruleReadings, subjectParts, type RunSample } from './rule-readings'

const over = (metric: MetricId, filter: RuleDraft['filter'] = {}) => ({ metric, filter, windowMs: 10_000 })
const ran = (workflowId: string, endedAt: number, ok: boolean, durationMs = 100, nodes: RunSample['nodes'] = {}): RunSample => ({ workflowId, endedAt, run: { ok, durationMs }, nodes })
const entries = (...given: Parameters<typeof ruleReadings>) => Object.fromEntries(ruleReadings(...given))

describe('readings of a rule', () => {
  const runs = [
    ran('wf_a', 1_000, false), ran('wf_a', 1_001, false, 4_000, { plan: [{ ok: false, durationMs: 7 }], 'm.b': [{ ok: true, durationMs: 1 }, { ok: true, durationMs: 3 }] }),
    ran('wf_a', 11_000, true, 8_000, { plan: [{ ok: true, durationMs: 9 }] }), ran('wf_b', 5_000, true), ran('wf_a', 11_001, false),
  ]
  const samples = { runs, fleet: [{ at: 1_000, running: 90 }, { at: 2_000, running: 2 }, { at: 3_000 }, { at: 11_000, running: 4 }], server: [{ at: 1_000, cpu: 1 }, { at: 1_001, cpu: 0.25 }, { at: 9_000, cpu: 0.75, loopDelay: 70 }] }
  const at = 11_000

  test('the window leaves out its beginning and takes its end', () => expect(entries(over('workflow.executions'), samples, at)).toEqual({ wf_a: 2, wf_b: 1 }))
  test.each<[MetricId, object]>([
    ['workflow.failureRate', { wf_a: 0.5, wf_b: 0 }],
    ['workflow.successRate', { wf_a: 0.5, wf_b: 1 }],
    ['workflow.durationMean', { wf_a: 6_000, wf_b: 100 }],
    ['workflow.durationP95', { wf_a: 8_000, wf_b: 100 }],
    ['agent.successRate', { 'wf_a/plan': 0.5, 'wf_a/m.b': 1 }],
    ['agent.durationMean', { 'wf_a/plan': 8, 'wf_a/m.b': 2 }],
    ['fleet.running', { fleet: 3 }],
    ['fleet.kvUsage', { fleet: undefined }],
    ['server.cpu', { server: 0.5 }],
    ['server.loopDelay', { server: 70 }],
    ['server.disk', { server: undefined }],
  ])('%s', (metric, readings) => expect(entries(over(metric), samples, at)).toEqual(readings))
  test('a filter leaves one workflow, or one node', () => {
    expect(entries(over('workflow.executions', { workflowId: 'wf_b' }), samples, at)).toEqual({ wf_b: 1 })
    expect(entries(over('agent.executions', { nodeId: 'plan' }), samples, at)).toEqual({ 'wf_a/plan': 2 })
  })
  test('who was known, or is named, and has nothing to show is a gap; as a count it is zero', () => {
    expect(entries(over('workflow.failureRate'), { runs: [], fleet: [], server: [] }, at, ['wf_c'])).toEqual({ wf_c: undefined })
    expect(entries(over('agent.executions', { workflowId: 'wf_c', nodeId: 'n' }), { runs: [], fleet: [], server: [] }, at)).toEqual({ 'wf_c/n': 0 })
  })
  test('a subject says what it is about', () => {
    expect(subjectParts('fleet')).toEqual({})
    expect(subjectParts('server')).toEqual({})
    expect(subjectParts('wf_a')).toEqual({ workflowId: 'wf_a' })
    expect(subjectParts('wf_a/m.b')).toEqual({ workflowId: 'wf_a', nodeId: 'm.b' })
  })
})

test('a share is what counting one by one gives, for any series of runs', () => {
  const series = fc.array(fc.record({ workflow: fc.constantFrom('wf_a', 'wf_b'), endedAt: fc.integer({ min: 0, max: 30_000 }), ok: fc.boolean() }), { maxLength: 30 })
  fc.assert(fc.property(series, fc.integer({ min: 0, max: 30_000 }), (given, at) => {
    const found = ruleReadings(over('workflow.failureRate'), { runs: given.map((one) => ran(one.workflow, one.endedAt, one.ok)), fleet: [], server: [] }, at)
    for (const workflow of ['wf_a', 'wf_b']) {
      let all = 0
      let bad = 0
      for (const one of given) {
        if (one.workflow !== workflow || one.endedAt > at || at - one.endedAt >= 10_000) continue
        all += 1
        if (!one.ok) bad += 1
      }
      expect(found.get(workflow)).toBe(all === 0 ? undefined : bad / all)
    }
  }))
})

describe('rules', () => {
  const draft = { name: 'R', metric: 'agent.successRate', is: 'below', threshold: 0.5, windowMs: 60_000, severity: 'info' }
  test('a filter has to fit the metric', () => {
    expect(RuleDraft.parse({ ...draft, filter: { workflowId: 'wf', nodeId: 'n' } })).toMatchObject({ forMs: 0, noData: 'show', enabled: true })
    expect(RuleDraft.safeParse({ ...draft, metric: 'workflow.successRate', filter: { nodeId: 'n' } }).error?.issues).toMatchObject([{ path: ['filter', 'nodeId'] }])
    expect(RuleDraft.safeParse({ ...draft, metric: 'fleet.waiting', filter: { workflowId: 'wf' } }).error?.issues).toMatchObject([{ path: ['filter', 'workflowId'] }])
  })
  test.each(READY_MADE_IDS)('%s is ready to use', (id) => expect(RuleDraft.parse(READY_MADE[id])).toEqual(READY_MADE[id]))
  test.each(METRIC_IDS)('%s has a unit', (id) => expect(['share', 'ms', 'count']).toContain(metricOf(id).unit))
})
