import { expect, test } from 'vitest'
import { ROUTER } from '@/domain/metric/fleet-samples'
import type { FleetView, InstanceView } from '@/domain/route/fleet-view'
import type { FleetSeriesBody } from '@/wire/samples'
import { fleetLines, LIVE_MS, newestOf, withLook, type LiveLook } from './fleet-history'

const instance = (more: Partial<InstanceView>): InstanceView => ({ id: 'a', url: 'http://a', simulated: true, models: [], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })
const fleet = (...instances: InstanceView[]): FleetView => ({ simulated: true, policy: 'p', waiting: 2, instances })
const time = (ms: number) => new Date(ms).toISOString()
const samples = (stepMs: number, series: Record<string, { at: number; running?: number; waiting?: number; waitingMax?: number }[]>): FleetSeriesBody => ({
  stepMs, from: time(0), to: time(9_000), series: Object.entries(series).map(([name, points]) => ({ instance: name, simulated: true, points: points.map((point) => ({ ...point, at: time(point.at) })) })),
})

test('looks within a second are one, and old ones leave', () => {
  let history: LiveLook[] = []
  for (const at of [0, 400, 1_200, LIVE_MS + 1_300]) history = withLook(history, fleet(instance({ running: at })), at)
  expect(history.map(({ at, looks }) => [at, looks.get('a')?.running])).toEqual([[LIVE_MS + 1_300, LIVE_MS + 1_300]])
  history = withLook(withLook([], fleet(instance({ running: 1 })), 0), fleet(instance({ running: 9 })), 400)
  expect(history.map(({ at, looks }) => [at, looks.get('a')?.running])).toEqual([[0, 9]])
})

test('seconds from before go on with what is heard since, without a repeat', () => {
  const live = [...withLook(withLook([], fleet(instance({ running: 5 })), 2_100), fleet(instance({ running: 6 }), instance({ id: 'b', health: 'unhealthy', running: 9 })), 3_100)]
  const { ids, points } = fleetLines(samples(1_000, { a: [{ at: 1_000, running: 1 }, { at: 2_000, running: 2 }] }), live, 'running')
  expect(ids).toEqual(['a'])
  expect(points).toEqual([{ at: 1_000, values: [1] }, { at: 2_000, values: [2] }, { at: 3_000, values: [6] }])
  expect(newestOf(points)).toEqual([6])
})

test('over long steps the fullest moment is drawn, and nothing live', () => {
  const given = samples(60_000, { [ROUTER]: [{ at: 0, waiting: 1 }], a: [{ at: 0, waiting: 0.1, waitingMax: 30 }] })
  expect(fleetLines(given, withLook([], fleet(instance({ waiting: 1 })), 70_000), 'waiting')).toEqual({ ids: ['a', ROUTER], points: [{ at: 0, values: [30, 1] }] })
})
