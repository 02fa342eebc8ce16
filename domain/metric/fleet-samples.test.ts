import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FleetView, InstanceView } from '@/domain/route/fleet-view'
import { bucketOfLook, looksOf, mergeFleetBuckets, pointOf, ROUTER, secondsOf, type FleetBucket } from './fleet-samples'

const instance = (more: Partial<InstanceView>): InstanceView => ({ id: 'a', url: 'http://a', simulated: false, models: [], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })
const fleet = (waiting: number, ...instances: InstanceView[]): FleetView => ({ simulated: false, policy: 'p', waiting, instances })
const look = (at: number, running: number, more: object = {}) => bucketOfLook({ look: { at, running, ...more }, simulated: false })

test('what an instance does not say is absent, and one that does not answer says nothing', () => {
  const looks = looksOf(fleet(4, instance({ running: 0, kvUsage: 0.5 }), instance({ id: 'b', health: 'unhealthy', running: 3 })), 1_000)
  expect(Object.fromEntries(looks)).toEqual({ [ROUTER]: { look: { at: 1_000, waiting: 4 }, simulated: false }, a: { look: { at: 1_000, running: 0, kvUsage: 0.5 }, simulated: false } })
})

test('a rate of calls long past is not a rate of now', () => {
  const idle = instance({ running: 0, waiting: 0, ttftMs: 40, prefixHitRate: 0.5 })
  const rates = (now: InstanceView, before?: InstanceView) => looksOf(fleet(0, now), 1, before && fleet(0, before)).get('a')!.look
  expect(rates(idle)).not.toHaveProperty('ttftMs')
  expect(rates(idle, idle)).not.toHaveProperty('hitRate')
  expect(rates({ ...idle, running: 1 }, idle)).toMatchObject({ ttftMs: 40, hitRate: 0.5 })
  expect(rates({ ...idle, inFlight: 1 })).toMatchObject({ ttftMs: 40 })
  // A call that came and went between two looks.
  expect(rates({ ...idle, ttftMs: 50 }, idle)).toMatchObject({ ttftMs: 50, hitRate: 0.5 })
})

test('looks together are their mean, and the most of what fills up', () => {
  const merged = [look(1_000, 1, { waiting: 0, kvUsage: 0.2 }), look(2_000, 3, { waiting: 9, kvUsage: 0.4 }), bucketOfLook({ look: { at: 3_000 }, simulated: true })].reduce(mergeFleetBuckets)
  expect(pointOf(merged)).toEqual({ running: 2, waiting: 4.5, waitingMax: 9, kvUsage: expect.closeTo(0.3), kvUsageMax: 0.4 })
  expect(merged).toMatchObject({ looks: 3, simulated: true })
})

test('seconds that changed nothing are not kept, and come back', () => {
  const merged = [look(1_003, 1), look(2_004, 1), look(3_001, 5), look(4_000, 5)].reduce(mergeFleetBuckets)
  expect(merged.changes).toHaveLength(2)
  expect(secondsOf(merged)).toEqual([{ at: 1_000, running: 1 }, { at: 2_000, running: 1 }, { at: 3_000, running: 5 }, { at: 4_000, running: 5 }])
  expect(secondsOf({ looks: 0, simulated: false, figures: {} })).toEqual([])
})

test('it does not matter in which groups looks are merged', () => {
  const looks = fc.array(fc.record({ running: fc.integer({ min: 0, max: 9 }), waiting: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }) }), { minLength: 2, maxLength: 12 })
  const sums = ({ looks: count, figures }: FleetBucket) => ({ count, figures })
  fc.assert(fc.property(looks, fc.nat(10), (all, at) => {
    const buckets = all.map(({ running, waiting }, index) => look(index * 1_000, running, waiting === undefined ? {} : { waiting }))
    const cut = 1 + (at % (buckets.length - 1))
    expect(sums(mergeFleetBuckets(buckets.slice(0, cut).reduce(mergeFleetBuckets), buckets.slice(cut).reduce(mergeFleetBuckets)))).toEqual(sums(buckets.reduce(mergeFleetBuckets)))
  }))
})
