import { expect, test } from 'vitest'
import { ROUTER } from '@/domain/metric/fleet-samples'
import type { FleetSeriesBody, MetricEvent } from '@/wire/samples'
import { fleetLines, goneOn, newestOf, withHeard } from './heard-fleet'

type Point = { at: number; running?: number; waiting?: number; waitingMax?: number }
const time = (ms: number) => new Date(ms).toISOString()
const samples = (stepMs: number, series: Record<string, Point[]>): FleetSeriesBody => ({
  stepMs, from: time(0), to: time(9_000), series: Object.entries(series).map(([name, points]) => ({ instance: name, simulated: true, points: points.map((point) => ({ ...point, at: time(point.at) })) })),
})
const event = (subject: string, { at, ...figures }: Point): MetricEvent => ({ kind: 'fleet', subject, simulated: true, stepMs: 1_000, at: time(at), ...figures })
const told = (of: ReturnType<typeof withHeard>, id: string) => of?.series.get(id)?.points.map(({ at, running }) => [Date.parse(at), running])

test('the newest word on a second holds, whatever the order, and what is too old leaves', () => {
  let heard = withHeard(undefined, [event('a', { at: 2_000, running: 2 }), event('b', { at: 1_000, running: 7 })], 0)
  heard = withHeard(heard, [event('a', { at: 4_000, running: 4 }), event('a', { at: 1_000, running: 1 }), event('a', { at: 3_000, running: 3 }), event('a', { at: 2_000, running: 9 })], 0)
  expect(told(heard, 'a')).toEqual([[1_000, 1], [2_000, 9], [3_000, 3], [4_000, 4]])
  expect(heard?.at).toBe(4_000)
  heard = withHeard(heard, [event('a', { at: 5_000, running: 5 }), event('a', { at: 2_500, running: 0 })], 3_000)
  expect([told(heard, 'a'), told(heard, 'b')]).toEqual([[[3_000, 3], [4_000, 4], [5_000, 5]], []])
})

test('samples of workflows say nothing of the fleet', () => {
  expect(withHeard(undefined, [{ kind: 'workflow', subject: 'wf', stepMs: 10_000, at: time(0) } as MetricEvent], 0)).toBeUndefined()
})

test('seconds that were read go on with those heard, which hold where both know one', () => {
  const heard = withHeard(undefined, [event('a', { at: 2_000, running: 5 }), event('a', { at: 3_000, running: 6 }), event('b', { at: 3_000 })], 0)
  const { ids, points } = fleetLines(goneOn(samples(1_000, { a: [{ at: 0, running: 9 }, { at: 1_000, running: 1 }, { at: 2_000, running: 2 }] }), heard, 1_000), 'running')
  expect(ids).toEqual(['a'])
  expect(points).toEqual([{ at: 1_000, values: [1] }, { at: 2_000, values: [5] }, { at: 3_000, values: [6] }])
  expect(newestOf(points)).toEqual([6])
})

test('over long steps the fullest moment is drawn, and nothing heard', () => {
  const given = samples(60_000, { [ROUTER]: [{ at: 0, waiting: 1 }], a: [{ at: 0, waiting: 0.1, waitingMax: 30 }] })
  const heard = withHeard(undefined, [event('a', { at: 70_000, waiting: 1 })], 0)
  expect(fleetLines(goneOn(given, heard, 0), 'waiting')).toEqual({ ids: ['a', ROUTER], points: [{ at: 0, values: [30, 1] }] })
})
