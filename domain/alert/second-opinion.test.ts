import fc from 'fast-check'
import { expect, test } from 'vitest'
import { METRIC_IDS, type MetricId } from './metric-catalogue'
import { nextAlert, type AlertState } from './next-alert'
import { ruleReadings, type FleetSample, type RunSample, type Samples, type ServerSample } from './rule-readings'
import type { MeasuredRule } from './alert-rule'

/**
 * The rules, evaluated a second time from what docs/alerts.md says of them: no state carried from look to look but the list
 * of what each look said, every figure counted anew. Shares no code with what it judges.
 */
type Verdict = 'ok' | 'pending' | 'firing' | 'recovering' | 'no-data'
type Said = 'breach' | 'clear' | 'gap' | 'unseen'

function figure(metric: MetricId, rule: MeasuredRule, samples: Samples, at: number, subject: string): number | undefined {
  const [scope, name] = metric.split('.') as [string, string]
  const ended: { ok: boolean; ms: number | undefined }[] = []
  if (scope === 'fleet' || scope === 'server') {
    let sum = 0
    let count = 0
    for (const look of samples[scope]) {
      const value = (look as Record<string, number | undefined>)[name]
      if (value === undefined || look.at > at || look.at <= at - rule.windowMs) continue
      sum += value
      count += 1
    }
    return count === 0 ? undefined : sum / count
  }
  for (const run of samples.runs) {
    if (run.endedAt > at || run.endedAt <= at - rule.windowMs) continue
    if (scope === 'workflow' && run.workflowId === subject && run.run) ended.push({ ok: run.run.ok, ms: run.run.durationMs ?? undefined })
    if (scope === 'agent') for (const [node, all] of Object.entries(run.nodes)) if (`${run.workflowId}/${node}` === subject) for (const one of all) ended.push({ ok: one.ok, ms: one.durationMs ?? undefined })
  }
  const good = ended.filter((one) => one.ok).length
  const times = ended.map((one) => one.ms).filter((ms) => ms !== undefined).sort((a, b) => a - b)
  if (name === 'executions') return ended.length
  if (ended.length === 0) return undefined
  if (name === 'successRate') return good / ended.length
  if (name === 'failureRate') return (ended.length - good) / ended.length
  if (times.length === 0) return undefined
  if (name === 'durationMean') return times.reduce((sum, ms) => sum + ms, 0) / times.length
  return times[Math.ceil(0.95 * times.length) - 1]
}

function saidOf(value: number | undefined, rule: MeasuredRule): Said {
  if (value === undefined) return ({ show: 'gap', ok: 'clear', breach: 'breach', keep: 'unseen' } as const)[rule.noData]
  const beyond = rule.is === 'above' ? value - rule.threshold : rule.threshold - value
  return beyond > 0 ? 'breach' : 'clear'
}

/** From the whole history of looks: what holds after the last. Looks that saw nothing and are to be kept are as if never made. */
function verdict(looks: readonly { at: number; said: Said }[], { forMs, keepFiringMs }: MeasuredRule): { kind: Verdict; firesSince?: number } {
  let stretch: { from: number; said: Said } | undefined
  let fires: number | undefined
  let kind: Verdict = 'ok'
  for (const { at, said } of looks) {
    if (said === 'unseen') continue
    if (stretch?.said !== said) stretch = { from: at, said }
    const lasted = at - stretch.from
    if (said === 'gap') [kind, fires] = ['no-data', undefined]
    else if (said === 'breach') {
      if (fires === undefined && lasted >= forMs) fires = at
      kind = fires === undefined ? 'pending' : 'firing'
    } else {
      if (fires !== undefined && lasted >= keepFiringMs) fires = undefined
      kind = fires === undefined ? 'ok' : 'recovering'
    }
  }
  return { kind, ...(fires !== undefined && { firesSince: fires }) }
}

const STEP = 10
const END = 400
const execution = fc.record({ ok: fc.boolean(), durationMs: fc.integer({ min: 0, max: 9_000 }) })
const run: fc.Arbitrary<RunSample> = fc.record({ workflowId: fc.constantFrom('wf_a', 'wf_b'), endedAt: fc.integer({ min: 0, max: END }), run: execution, nodes: fc.dictionary(fc.constantFrom('n', 'm'), fc.array(execution, { minLength: 1, maxLength: 3 })) })
const figures = { queued: fc.nat(40), running: fc.nat(40), waiting: fc.nat(40), kvUsage: fc.double({ min: 0, max: 1, noNaN: true }), hitRate: fc.double({ min: 0, max: 1, noNaN: true }), healthy: fc.nat(4) }
const look = fc.record({ at: fc.integer({ min: 0, max: END }), ...figures }, { requiredKeys: ['at'] }) as fc.Arbitrary<FleetSample>
const share = fc.double({ min: 0, max: 1, noNaN: true })
const serverLook = fc.record({ at: fc.integer({ min: 0, max: END }), cpu: share, memory: share, heap: share, disk: share, loopDelay: fc.nat(9_000), queuedRuns: fc.nat(40), messages: fc.nat(40) }, { requiredKeys: ['at'] }) as fc.Arbitrary<ServerSample>
const rules: fc.Arbitrary<MeasuredRule> = fc.record({
  metric: fc.constantFrom(...METRIC_IDS), is: fc.constantFrom('above' as const, 'below' as const), share: fc.double({ min: 0, max: 1, noNaN: true }), windowMs: fc.integer({ min: 1, max: 120 }),
  forMs: fc.constantFrom(0, 5, 10, 25, 60), keepFiringMs: fc.constantFrom(0, 10, 35), noData: fc.constantFrom('show' as const, 'keep' as const, 'ok' as const, 'breach' as const), one: fc.boolean(),
}).map(({ share, one, ...rule }) => {
  const reach = /duration|loopDelay/.test(rule.metric) ? 9_000 : /Rate|kvUsage|cpu|memory|heap|disk/.test(rule.metric) ? 1 : 20
  const filter = one && /^(workflow|agent)/.test(rule.metric) ? { workflowId: 'wf_a', ...(rule.metric.startsWith('agent') && { nodeId: 'n' }) } : {}
  return { ...rule, filter, threshold: share * reach, severity: 'info' }
})

test('a second, independent evaluation of random series says the same at every look', () => {
  const seen = new Set<Verdict>()
  fc.assert(fc.property(rules, fc.array(run, { maxLength: 60 }), fc.array(look, { maxLength: 60 }), fc.array(serverLook, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 10, maxLength: 40 }), (rule, runs, fleet, server, gaps) => {
    const samples: Samples = { runs, fleet, server }
    const states = new Map<string, AlertState>()
    const history = new Map<string, { at: number; said: Said }[]>()
    let at = 0
    for (const gap of gaps) {
      at += gap * STEP
      const readings = ruleReadings(rule, samples, at, states.keys())
      for (const [subject, reading] of readings) {
        states.set(subject, nextAlert(states.get(subject) ?? { kind: 'ok', since: at }, reading, at, rule))
        const value = figure(rule.metric, rule, samples, at, subject)
        if (value === undefined) expect(reading, `${rule.metric} of ${subject} at ${at}`).toBeUndefined()
        else expect(reading, `${rule.metric} of ${subject} at ${at}`).toBeCloseTo(value, 9)
        history.set(subject, [...(history.get(subject) ?? []), { at, said: saidOf(value, rule) }])
        const opinion = verdict(history.get(subject)!, rule)
        const state = states.get(subject)!
        seen.add(state.kind)
        expect(state.kind, `${subject} at ${at}`).toBe(opinion.kind)
        if (opinion.firesSince !== undefined) expect(state.since).toBe(opinion.firesSince)
      }
    }
  }), { numRuns: 1_500 })
  expect([...seen].sort()).toEqual(['firing', 'no-data', 'ok', 'pending', 'recovering'])
})
