import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MeasuredRule } from './alert-rule'
import { nextAlert, type AlertState } from './next-alert'
import { previewRule } from './preview-rule'
import { ruleReadings, type RunSample } from './rule-readings'

const rule: MeasuredRule = { metric: 'workflow.failureRate', filter: {}, is: 'above', threshold: 0.3, windowMs: 20, forMs: 0, keepFiringMs: 0, severity: 'info', noData: 'ok' }
const ran = (workflowId: string, endedAt: number, ok: boolean): RunSample => ({ workflowId, endedAt, run: { ok, durationMs: 1 }, nodes: {} })

test('shows values, gaps, and where each subject would have fired', () => {
  const runs = [ran('wf_a', 5, false), ran('wf_b', 25, true), ran('wf_a', 45, false)]
  expect(previewRule(rule, { runs, fleet: [], server: [] }, { from: 0, to: 50, stepMs: 10 })).toEqual({
    moments: [10, 20, 30, 40, 50],
    series: [
      { subject: 'wf_a', values: [1, 1, undefined, undefined, 1], firing: [{ from: 10, to: 30 }, { from: 50 }] },
      { subject: 'wf_b', values: [undefined, undefined, 0, 0, undefined], firing: [] },
    ],
  })
})

test('fires at the very moments at which looks one after another would find it firing', () => {
  const runs = fc.array(fc.record({ at: fc.integer({ min: 0, max: 200 }), ok: fc.boolean() }), { maxLength: 30 })
  const rules = fc.record({ forMs: fc.constantFrom(0, 10, 25), keepFiringMs: fc.constantFrom(0, 15), noData: fc.constantFrom('show' as const, 'keep' as const, 'ok' as const, 'breach' as const) })
  fc.assert(fc.property(runs, rules, (given, judge) => {
    const samples = { runs: given.map((one) => ran('wf', one.at, one.ok)), fleet: [], server: [] }
    const judged = { ...rule, ...judge, filter: { workflowId: 'wf' } }
    const { moments, series: [series] } = previewRule(judged, samples, { from: 0, to: 200, stepMs: 10 })
    let state: AlertState = { kind: 'ok', since: 0 }
    for (const at of moments) {
      state = nextAlert(state, ruleReadings(judged, samples, at).get('wf'), at, judged)
      const shown = series!.firing.some((span) => span.from <= at && at < (span.to ?? Infinity))
      expect(shown).toBe(state.kind === 'firing' || state.kind === 'recovering')
    }
  }))
})
