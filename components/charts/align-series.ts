import type { EpochMs } from '@/domain/json'

/** One moment on the chart, with a value a line; null where it is not known. */
export type ChartPoint = { at: EpochMs; values: (number | null)[] }
export type Series = readonly { at: EpochMs; value: number | undefined }[]

/** A shorter silence is a look that came late. */
const SILENCE_MS = 3_000

/** Lines over one axis of time. A step that a line has nothing for is a gap in it, not zero and not a bridge. */
export function alignSeries(lines: readonly Series[], stepMs: number): ChartPoint[] {
  const points = new Map<EpochMs, ChartPoint>()
  lines.forEach((line, index) => {
    for (const { at, value } of line) {
      const point = points.get(at) ?? { at, values: lines.map(() => null) }
      points.set(at, point)
      point.values[index] = value ?? null
    }
  })
  const sorted = [...points.values()].sort((a, b) => a.at - b.at)
  return sorted.flatMap((point, index) => {
    const next = sorted[index + 1]
    return next && next.at - point.at > Math.max(stepMs * 1.5, SILENCE_MS) ? [point, { at: point.at + stepMs, values: lines.map(() => null) }] : [point]
  })
}
