import type { EpochMs } from '@/domain/json'
import { ROUTER, type FleetFigureName } from '@/domain/metric/fleet-samples'
import { alignSeries, type ChartPoint } from './align-series'
import { timestamp } from '@/wire/page'
import type { FleetSeriesBody, MetricEvent } from '@/wire/samples'

type FleetEvent = Extract<MetricEvent, { kind: 'fleet' }>
type Series = FleetSeriesBody['series'][number]

/** Seconds of the fleet as the live topic `metrics` told them: by instance, in order. */
export type HeardFleet = { at: EpochMs; series: ReadonlyMap<string, Series> }

/** Adds what was told, the newest word on each second, and drops what lies before `since`. Undefined as long as nothing of the fleet was heard. */
export function withHeard(heard: HeardFleet | undefined, events: readonly MetricEvent[], since: EpochMs): HeardFleet | undefined {
  const told = events.filter((event): event is FleetEvent => event.kind === 'fleet')
  const newest = told.reduce((last, { at }) => Math.max(last, Date.parse(at)), heard?.at ?? -Infinity)
  if (newest === -Infinity) return heard
  const first = timestamp(since)
  const series = new Map([...(heard?.series ?? [])].map(([id, one]) => [id, { ...one, points: one.points.filter(({ at }) => at >= first) }]))
  for (const { kind: _kind, subject: instance, simulated, stepMs: _stepMs, ...point } of told) {
    if (point.at < first) continue
    const points = series.get(instance)?.points ?? []
    // Nearly always the last: told in order, and again only while it may still change.
    const place = points.findLastIndex(({ at }) => at <= point.at)
    series.set(instance, { instance, simulated, points: points[place]?.at === point.at ? points.with(place, point) : points.toSpliced(place + 1, 0, point) })
  }
  return { at: newest, series }
}

/** Samples by seconds go on with what was heard since they were read; coarser ones are means, which some seconds do not make. */
export function goneOn(samples: FleetSeriesBody, heard: HeardFleet | undefined, from: EpochMs): FleetSeriesBody {
  if (!heard || samples.stepMs !== SECOND_MS) return samples
  const first = timestamp(from)
  const read = new Map(samples.series.map((one) => [one.instance, one]))
  const series = [...new Set([...read.keys(), ...heard.series.keys()])].map((instance): Series => {
    const fresh = heard.series.get(instance)
    const known = new Set(fresh?.points.map(({ at }) => at))
    const points = read.get(instance)?.points.filter(({ at }) => at >= first && !known.has(at)) ?? []
    return { instance, simulated: (fresh ?? read.get(instance))!.simulated, points: [...points, ...(fresh?.points ?? [])] }
  })
  return { ...samples, series }
}
const SECOND_MS = 1_000

/** Where a mean over a long step hides how full it was, the most is drawn. */
const MOST_OF: Partial<Record<FleetFigureName, 'waitingMax' | 'kvUsageMax'>> = { waiting: 'waitingMax', kvUsage: 'kvUsageMax' }

/** The lines of one figure: an instance each that ever said it, and the router. */
export function fleetLines(samples: FleetSeriesBody, figure: FleetFigureName): { ids: string[]; points: ChartPoint[] } {
  const lines = samples.series.map(({ instance: id, points }) => ({ id, line: points.map((point) => ({ at: Date.parse(point.at), value: (samples.stepMs > SECOND_MS && MOST_OF[figure] ? point[MOST_OF[figure]] : undefined) ?? point[figure] })) }))
  const shown = lines.filter(({ line }) => line.some(({ value }) => value !== undefined)).sort((a, b) => Number(a.id === ROUTER) - Number(b.id === ROUTER))
  return { ids: shown.map(({ id }) => id), points: alignSeries(shown.map(({ line }) => line), samples.stepMs) }
}

/** The newest values, where they are still those of now. */
export function newestOf(points: readonly ChartPoint[]): number[] {
  return (points.at(-1)?.values ?? []).filter((value) => value !== null)
}
