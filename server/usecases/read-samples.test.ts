import { expect, test } from 'vitest'
import { bucketOfLook, mergeFleetBuckets, type FleetBucket } from '@/domain/metric/fleet-samples'
import type { Json } from '@/domain/json'
import { createMemorySampleStore } from '@/server/adapters/memory/memory-sample-store'
import { localActor } from './actor'
import { readSamples } from './read-samples'

const NOW = 2_000 * 86_400_000
const looks = (at: number, ...running: number[]): FleetBucket => running.map((value, index) => bucketOfLook({ look: { at: at + index * 1_000, running: value }, simulated: true })).reduce(mergeFleetBuckets)

async function world(stored: [stepMs: number, at: number, FleetBucket][], open: Record<string, FleetBucket> = {}) {
  const samples = createMemorySampleStore()
  await samples.write(stored.map(([stepMs, at, figures]) => ({ kind: 'fleet', stepMs, at, subject: 'a', figures: figures as Json })), { name: 'm', from: undefined, to: 1 })
  return readSamples({ samples, clock: { now: () => NOW }, openFleet: () => ({ at: NOW - 5_000, buckets: new Map(Object.entries(open)) }) })
}

test('a short time is read by seconds, up to this one', async () => {
  const read = await world([[10_000, NOW - 20_000, looks(NOW - 20_000, 1, 2)]], { a: looks(NOW - 2_000, 7) })
  expect(await read.fleet(localActor, { from: NOW - 60_000 })).toEqual({
    stepMs: 1_000, from: NOW - 60_000, to: NOW,
    series: [{ instance: 'a', simulated: true, points: [{ at: NOW - 20_000, running: 1 }, { at: NOW - 19_000, running: 2 }, { at: NOW - 2_000, running: 7 }] }],
  })
})

test('a longer time is merged into the step asked for', async () => {
  const read = await world([[10_000, NOW - 30_000, looks(NOW - 30_000, 1, 2)], [10_000, NOW - 20_000, looks(NOW - 20_000, 3)], [60_000, NOW - 60_000, looks(NOW - 60_000, 99)]])
  const { stepMs, series } = await read.fleet(localActor, { from: NOW - 900_000, step: 30_000 })
  expect([stepMs, series[0]!.points]).toEqual([30_000, [{ at: NOW - 30_000, running: 2 }]])
})

test('where the finest step is gone, a coarser one answers and says so', async () => {
  const at = NOW - 3 * 86_400_000
  const read = await world([[60_000, at, looks(at, 4)]])
  expect(await read.fleet(localActor, { from: at, to: at + 120_000, step: 1_000 })).toMatchObject({ stepMs: 60_000, series: [{ points: [{ at, running: 4 }] }] })
})

test.each([[{ from: NOW, to: NOW - 1 }], [{ from: NOW - 86_400_000, step: 1_000 as const }]])('%o is refused', async (range) => {
  await expect((await world([])).fleet(localActor, range)).rejects.toMatchObject({ code: 'INVALID_RANGE' })
})
