import type { EpochMs } from '@/domain/json'
import { looksOf, ROUTER, type FleetFigureName, type FleetLook } from '@/domain/metric/fleet-samples'
import type { FleetView } from '@/domain/route/fleet-view'
import { alignSeries, type ChartPoint } from '@/components/charts/align-series'
import type { FleetSeriesBody } from '@/wire/samples'

/** What is kept of the live connection: it bridges the time until samples are read again. */
export const LIVE_MS = 60_000
/** Looks closer than this are one point: the chart is no wider than that. */
const SECOND_MS = 1_000

export type LiveLook = { at: EpochMs; fleet: FleetView; looks: ReadonlyMap<string, FleetLook> }

/** Adds a look at the fleet, and drops what is too old. */
export function withLook(history: readonly LiveLook[], fleet: FleetView, at: EpochMs): LiveLook[] {
  const kept = history.filter((one) => one.at > at - LIVE_MS)
  const last = kept.at(-1)
  const looks = new Map([...looksOf(fleet, at, last?.fleet)].map(([id, { look }]) => [id, look]))
  return last && at - last.at < SECOND_MS ? [...kept.slice(0, -1), { at: last.at, fleet, looks }] : [...kept, { at, fleet, looks }]
}

/** Where a mean over a long step hides how full it was, the most is drawn. */
const MOST_OF: Partial<Record<FleetFigureName, 'waitingMax' | 'kvUsageMax'>> = { waiting: 'waitingMax', kvUsage: 'kvUsageMax' }

/** The lines of one figure: an instance each that ever said it, and the router. Samples by seconds go on with what was heard live since. */
export function fleetLines(samples: FleetSeriesBody, live: readonly LiveLook[], figure: FleetFigureName): { ids: string[]; points: ChartPoint[] } {
  const stored = new Map(samples.series.map(({ instance, points }) => [instance, points.map((point) => ({ at: Date.parse(point.at), value: (samples.stepMs > SECOND_MS && MOST_OF[figure] ? point[MOST_OF[figure]] : undefined) ?? point[figure] }))]))
  const last = Math.max(-Infinity, ...[...stored.values()].map((points) => points.at(-1)?.at ?? -Infinity))
  const fresh = samples.stepMs === SECOND_MS ? live.filter(({ at }) => at >= last + SECOND_MS) : []
  const ids = [...new Set([...stored.keys(), ...fresh.flatMap(({ looks }) => [...looks.keys()])])]
  const lines = ids.map((id) => [...(stored.get(id) ?? []), ...fresh.map(({ at, looks }) => ({ at: Math.floor(at / SECOND_MS) * SECOND_MS, value: looks.get(id)?.[figure] }))])
  const shown = ids.map((id, index) => ({ id, line: lines[index]! })).filter(({ line }) => line.some(({ value }) => value !== undefined)).sort((a, b) => Number(a.id === ROUTER) - Number(b.id === ROUTER))
  return { ids: shown.map(({ id }) => id), points: alignSeries(shown.map(({ line }) => line), samples.stepMs) }
}

/** The newest values, where they are still those of now. */
export function newestOf(points: readonly ChartPoint[]): number[] {
  return (points.at(-1)?.values ?? []).filter((value) => value !== null)
}
