import { expect, test } from 'vitest'
import type { FleetView, InstanceView } from '@/domain/route/fleet-view'
import { HISTORY_MS, withLook, type FleetPoint } from './fleet-history'

const instance = (more: Partial<InstanceView>): InstanceView => ({ id: 'a', url: 'http://a', simulated: true, models: [], health: 'healthy', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })
const fleet = (...instances: InstanceView[]): FleetView => ({ simulated: true, policy: 'p', instances })

test('what is not known is a gap, not zero', () => {
  const [point] = withLook([], fleet(instance({ running: 2, waiting: 1 }), instance({ id: 'b', health: 'unhealthy', running: 4, kvUsage: 0.5 })), 1_000)
  expect(point).toEqual({ at: 1_000, load: { a: 3, b: null }, kv: { a: null, b: null } })
})

test('looks within a second are one point, and old ones leave', () => {
  let history: FleetPoint[] = []
  for (const at of [0, 400, 1_200, HISTORY_MS + 1_300]) history = withLook(history, fleet(instance({ running: at })), at)
  expect(history.map((point) => point.at)).toEqual([HISTORY_MS + 1_300])
  history = withLook(withLook([], fleet(instance({ running: 1 })), 0), fleet(instance({ running: 9 })), 400)
  expect(history).toEqual([{ at: 0, load: { a: 9 }, kv: { a: null } }])
})
