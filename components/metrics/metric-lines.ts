import type { ExecutionFigures } from '@/domain/metric/execution-figures'
import { alignSeries, type ChartPoint, type Series } from '@/components/charts/align-series'

type Point = { at: string } & ExecutionFigures
export type Span = { stepMs: number; from: number; to: number }

/** A step that has just begun says nothing of how much comes in it. */
const LEAST_OF_STEP = 0.5

/** So much a minute. Where nothing ended, it is none: that is known. */
export function perMinute(points: readonly Point[], of: (point: Point) => number, { stepMs, from, to }: Span): Series {
  const known = new Map(points.map((point) => [Date.parse(point.at), of(point)]))
  const line: { at: number; value: number | undefined }[] = []
  for (let at = from; at < to; at += stepMs) {
    const passed = Math.min(stepMs, to - at)
    if (passed >= stepMs * LEAST_OF_STEP) line.push({ at, value: ((known.get(at) ?? 0) * 60_000) / passed })
  }
  return line
}

/** A figure of what ended: where nothing did, it is not known. */
export function figureLine(points: readonly Point[], of: (point: Point) => number | null): Series {
  return points.map((point) => ({ at: Date.parse(point.at), value: of(point) ?? undefined }))
}

export const failedShare = ({ failures, executions }: Point): number => failures / executions

export function chartOf(lines: readonly Series[], { stepMs }: Span): ChartPoint[] {
  return alignSeries(lines, stepMs)
}

/** Names that tell their things apart: where two are alike, each says its id. */
export function tellApart(things: readonly { id: string; name: string }[]): string[] {
  return things.map(({ id, name }) => (things.filter((other) => other.name === name).length > 1 ? `${name} (${id.slice(-8)})` : name))
}

/** `outer.inner` by the names of its parts, as far as they are known. */
export function nodeName(node: string, names: ReadonlyMap<string, string>): string {
  const [outer = node, ...rest] = node.split('.')
  return [names.get(outer) ?? outer, ...rest].join('.')
}

/** The newest value of each line that has one. */
export function newestValues(points: readonly ChartPoint[]): number[] {
  return (points.findLast(({ values }) => values.some((value) => value !== null))?.values ?? []).filter((value) => value !== null)
}
