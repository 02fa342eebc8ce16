import type { EpochMs } from '@/domain/json'
import type { MeasuredRule } from './alert-rule'
import { nextAlert, type AlertState } from './next-alert'
import { ruleReadings, type Samples, type Subject } from './rule-readings'

/** Where an alert would have fired; `to` undefined: until now, and on. */
export type FiringSpan = { from: EpochMs; to?: EpochMs }
/** `values`: one a moment of the preview, undefined a gap. */
export type PreviewSeries = { subject: Subject; values: (number | undefined)[]; firing: FiringSpan[] }
export type Preview = { moments: EpochMs[]; series: PreviewSeries[] }

/**
 * What a rule would have said between two moments, judged every `stepMs` from a state of ok.
 * @returns series in the order of how much they fired, then of their subjects
 */
export function previewRule(rule: MeasuredRule, samples: Samples, { from, to, stepMs }: { from: EpochMs; to: EpochMs; stepMs: number }): Preview {
  const moments: EpochMs[] = []
  const series = new Map<Subject, PreviewSeries>()
  const states = new Map<Subject, AlertState>()
  for (let at = from + stepMs; at <= to; at += stepMs) {
    for (const [subject, reading] of ruleReadings(rule, samples, at, states.keys())) {
      const one = series.get(subject) ?? { subject, values: moments.map(() => undefined), firing: [] }
      series.set(subject, one)
      one.values.push(reading)
      const before = states.get(subject) ?? { kind: 'ok', since: from }
      const state = nextAlert(before, reading, at, rule)
      states.set(subject, state)
      mark(one.firing, before, state, at)
    }
    moments.push(at)
  }
  const fired = ({ firing }: PreviewSeries): number => firing.reduce((sum, span) => sum + (span.to ?? to) - span.from, 0)
  return { moments, series: [...series.values()].sort((a, b) => fired(b) - fired(a) || (a.subject < b.subject ? -1 : 1)) }
}

function mark(firing: FiringSpan[], before: AlertState, state: AlertState, at: EpochMs): void {
  const isFiring = ({ kind }: AlertState): boolean => kind === 'firing' || kind === 'recovering'
  if (isFiring(state) && !isFiring(before)) firing.push({ from: at })
  if (!isFiring(state) && isFiring(before)) firing.push({ ...firing.pop()!, to: at })
}
