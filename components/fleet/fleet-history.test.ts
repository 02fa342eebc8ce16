import { expect, test } from 'vitest'
import type { FleetView, InstanceView } from '@/domain/route/fleet-view'
import { HISTORY_MS, SILENCE_MS, withLook, type FleetPoint } from './fleet-history'

const instance = (more: Partial<InstanceView>): InstanceView => ({ id: 'a', url: 'http://a', simulated: true, models: [], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })
const fleet = (...instances: InstanceView[]): FleetView => ({ simulated: true, policy: 'p', waiting: 0, instances })
const busy = (running: number) => fleet(instance({ running, waiting: 0 }))

test('what is not known is a gap, not zero', () => {
  const [point] = withLook([], fleet(instance({ running: 2, waiting: 1 }), instance({ id: 'b', health: 'unhealthy', running: 4, waiting: 0, kvUsage: 0.5 }), instance({ id: 'c', running: 4, kvUsage: 0 })), 1_000)
  expect(point).toEqual({ at: 1_000, load: { a: 3, b: null, c: null }, kv: { a: null, b: null, c: 0 } })
})

test('looks within a second are one point, and old ones leave', () => {
  let history: FleetPoint[] = []
  for (const at of [0, 400, 1_200, HISTORY_MS + 1_300]) history = withLook(history, busy(at), at)
  expect(history.map((point) => point.at)).toEqual([HISTORY_MS + 1_300])
  history = withLook(withLook([], busy(1), 0), busy(9), 400)
  expect(history).toEqual([{ at: 0, load: { a: 9 }, kv: { a: null } }])
})

test('a silence breaks every line, and leaves no mark once it is too old', () => {
  let history = withLook(withLook([], busy(1), 0), busy(2), SILENCE_MS)
  expect(history.map((point) => point.load)).toEqual([{ a: 1 }, { a: 2 }])
  history = withLook(withLook([], busy(1), 0), busy(2), SILENCE_MS + 1)
  expect(history).toEqual([{ at: 0, load: { a: 1 }, kv: { a: null } }, { at: 1_000, load: {}, kv: {} }, { at: SILENCE_MS + 1, load: { a: 2 }, kv: { a: null } }])
  const times = withLook(history, busy(3), HISTORY_MS + 2_000).map((point) => point.at)
  expect(times).toEqual([SILENCE_MS + 1, SILENCE_MS + 1_001, HISTORY_MS + 2_000])
})
