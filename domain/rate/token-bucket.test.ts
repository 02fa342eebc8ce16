import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeToken, type TokenBucket } from './token-bucket'

test('gives a minute\'s worth at once, then evenly, and says how long to wait', () => {
  let bucket: TokenBucket | undefined
  const take = (now: number) => {
    const taken = takeToken(bucket, 4, now)
    bucket = taken.bucket
    return taken.waitMs
  }
  expect([0, 0, 0, 0, 0].map(take)).toEqual([0, 0, 0, 0, 15_000])
  expect(take(14_999)).toBe(1)
  expect(take(15_000)).toBe(0)
  expect(take(15_000)).toBe(15_000)
  expect([1e9, 1e9, 1e9, 1e9, 1e9].map(take)).toEqual([0, 0, 0, 0, 15_000])
})

test('within any minute at most twice the rate is let through, and whoever waits as told is let in', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (perMinute, gaps) => {
    let bucket: TokenBucket | undefined
    let now = 0
    const taken: number[] = []
    for (const gap of gaps) {
      now += gap
      const answer = takeToken(bucket, perMinute, now)
      bucket = answer.bucket
      if (answer.waitMs === 0) taken.push(now)
      else expect(takeToken(bucket, perMinute, now + answer.waitMs).waitMs).toBe(0)
      expect(taken.filter((at) => at > now - 60_000).length).toBeLessThanOrEqual(2 * perMinute)
    }
  }), { numRuns: 1_000 })
})
