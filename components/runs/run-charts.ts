import type { EpochMs } from '@/domain/json'
import { ROUTER } from '@/domain/metric/fleet-samples'
import type { RunEvent } from '@/domain/run/run-event'
import type { FleetSeriesBody } from '@/wire/samples'

/** A figure along the time line, in slices of the same length; null where it is not known. */
export type Slices = (number | null)[]
export const SLICES = 300

export type Span = { start: EpochMs; end: EpochMs }
export type ChartName = 'steps' | 'text' | 'waiting' | 'running' | 'kvUsage' | 'hitRate'

/** The slice of a moment; the last holds the end. */
export function sliceAt({ start, end }: Span, at: EpochMs): number {
  return Math.min(SLICES - 1, Math.max(0, Math.floor(((at - start) / (end - start)) * SLICES)))
}

/** Steps at work, and characters that agents wrote each second. */
export function ownCharts(events: readonly RunEvent[], span: Span): Record<'steps' | 'text', Slices> {
  const steps: number[] = Array.from({ length: SLICES }, () => 0)
  const text: number[] = Array.from({ length: SLICES }, () => 0)
  const seconds = (span.end - span.start) / SLICES / 1_000
  const since = new Map<string, number>()
  const close = (key: string, at: EpochMs): void => {
    const from = since.get(key)
    if (from === undefined) return
    since.delete(key)
    // The slice of its end is that of the next step's begin: it counts there, or a row of steps would look like two at once.
    const [first, last] = [sliceAt(span, from), sliceAt(span, at)]
    for (let slice = first; slice < Math.max(first + 1, at < span.end ? last : last + 1); slice++) steps[slice]! += 1
  }
  for (const event of events) {
    switch (event.type) {
      case 'step.started':
        close(event.nodeId, event.recordedAt)
        since.set(event.nodeId, event.recordedAt)
        break
      case 'step.completed': case 'step.failed': case 'step.retrying': case 'step.cancelled':
        close(event.nodeId, event.recordedAt)
        break
      case 'step.output':
        text[sliceAt(span, event.recordedAt)]! += event.text.length / seconds
        break
      default:
        // The others begin and end nothing.
    }
  }
  for (const key of [...since.keys()]) close(key, span.end)
  return { steps, text: smoothed(text, Math.max(0, Math.round(0.25 / seconds))) }
}

/** A piece of text holds what a tenth of a second made: slices shorter than that would show combs. */
function smoothed(values: readonly number[], around: number): number[] {
  return values.map((_, index) => {
    const near = values.slice(Math.max(0, index - around), index + around + 1)
    return near.reduce((sum, value) => sum + value, 0) / near.length
  })
}

/** The fleet as a whole: what waits and runs anywhere, its fullest cache, and the mean of the hit rates. */
export function fleetCharts({ stepMs, series }: FleetSeriesBody, span: Span): Record<'waiting' | 'running' | 'kvUsage' | 'hitRate', Slices> {
  const lines = series.map(({ instance, points }) => ({ instance, points: points.map((point) => ({ ...point, at: Date.parse(point.at) })) }))
  const charts = { waiting: [] as Slices, running: [] as Slices, kvUsage: [] as Slices, hitRate: [] as Slices }
  const places = lines.map(() => 0)
  for (let slice = 0; slice < SLICES; slice++) {
    const at = span.start + ((slice + 0.5) / SLICES) * (span.end - span.start)
    const now = lines.flatMap(({ instance, points }, index) => {
      while (points[places[index]! + 1] && points[places[index]! + 1]!.at <= at) places[index]!++
      const point = points[places[index]!]
      return point && point.at <= at && at < point.at + stepMs * 1.5 ? [{ instance, point }] : []
    })
    const known = (name: 'waiting' | 'running' | 'kvUsage' | 'hitRate') => now.flatMap(({ point }) => point[name] ?? [])
    const instances = now.filter(({ instance }) => instance !== ROUTER)
    charts.waiting.push(sumOf(known('waiting')))
    charts.running.push(sumOf(known('running')))
    charts.kvUsage.push(instances.length === 0 || known('kvUsage').length === 0 ? null : Math.max(...known('kvUsage')))
    charts.hitRate.push(known('hitRate').length === 0 ? null : sumOf(known('hitRate'))! / known('hitRate').length)
  }
  return charts
}

function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}

/** Outlines of a chart in a box of SLICES by 1, a piece for each stretch that is known. */
export function pathOf(slices: Slices, top: number): string {
  let path = ''
  let open = false
  slices.forEach((value, index) => {
    if (value === null) {
      open = false
      return
    }
    const y = (1 - Math.min(1, value / top)).toFixed(4)
    path += open ? `V${y}H${index + 1}` : `M${index} ${y}H${index + 1}`
    open = true
  })
  return path
}
