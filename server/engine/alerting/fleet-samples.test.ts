import { expect, test } from 'vitest'
import { FleetView } from '@/domain/route/fleet-view'
import { createLooks, fleetSample } from './fleet-samples'
import { KEPT_MS } from './run-samples'

const instance = (id: string, more: object = {}) => ({ id, url: `http://${id}`, simulated: false, models: [], health: 'healthy', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })
const fleet = (waiting: number, ...instances: object[]) => FleetView.parse({ simulated: false, policy: 'p', waiting, instances })

test('figures are summed, of the KV cache the fullest counts; one that does not answer says nothing', () => {
  const gone = instance('c', { health: 'unhealthy', running: 90, waiting: 90, kvUsage: 0.99, prefixHitRate: 0 })
  const view = fleet(3, instance('a', { running: 1, waiting: 2, kvUsage: 0.2, prefixHitRate: 0.5 }), instance('b', { running: 4, kvUsage: 0.6, prefixHitRate: 0.7, health: 'draining' }), gone)
  expect(fleetSample(view, 7)).toEqual({ at: 7, queued: 3, healthy: 1, running: 5, waiting: 2, kvUsage: 0.6, hitRate: 0.6 })
})

test('what nobody says is absent, not zero', () => expect(fleetSample(fleet(0, instance('a')), 7)).toEqual({ at: 7, queued: 0, healthy: 1 }))

test('samples are kept for a while', () => {
  const samples = createLooks<{ at: number; queued: number }>(0)
  samples.add({ at: 1_000, queued: 1 })
  samples.add({ at: KEPT_MS, queued: 2 })
  expect(samples.since(0).map((sample) => sample.queued)).toEqual([1, 2])
  samples.add({ at: KEPT_MS + 1_000, queued: 3 })
  expect([samples.since(0).map((sample) => sample.queued), samples.since(KEPT_MS).length]).toEqual([[2, 3], 1])
})
