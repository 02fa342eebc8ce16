import type { PreviewAnswer } from '@/wire/alerts'

export type PreviewPoint = { at: number; values: (number | null)[] }
export type PreviewFiring = { subject: string; workflowId?: string | undefined; nodeId?: string | undefined; times: number; totalMs: number; value: number | null; spans: { from: number; to: number }[] }
export type PreparedPreview = { points: PreviewPoint[]; series: PreviewFiring[]; /** Over all series. */ times: number; from: number; to: number; /** No series has a value. */ empty: boolean; highest: number }

/** What the chart draws, and what is said of it in words. A span that goes on ends where the preview ends. */
export function preparePreview({ from, to, moments, series }: PreviewAnswer): PreparedPreview {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const prepared = series.map(({ subject, workflowId, nodeId, values, firing }) => {
    const spans = firing.map((span) => ({ from: Date.parse(span.from), to: span.to === null ? end : Date.parse(span.to) }))
    return { subject, workflowId, nodeId, spans, times: spans.length, totalMs: spans.reduce((sum, span) => sum + span.to - span.from, 0), value: values.at(-1) ?? null }
  })
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null))
  return {
    points: moments.map((at, index) => ({ at: Date.parse(at), values: series.map(({ values }) => values[index] ?? null) })),
    series: prepared, times: prepared.reduce((sum, one) => sum + one.times, 0), from: start, to: end, empty: known.length === 0, highest: known.reduce((most, value) => Math.max(most, value), 0),
  }
}
