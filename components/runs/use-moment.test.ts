import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roundedUp } from './use-moment'

test('the end of a run that goes on never goes back, is never before now, and moves by less than a pixel or a quarter of a second', () => {
  fc.assert(fc.property(fc.nat(1e8), fc.nat(1_000), (ms, more) => {
    const end = roundedUp(ms)
    expect(end).toBeGreaterThanOrEqual(ms)
    expect(end - ms).toBeLessThan(Math.max(250, (2 * ms) / 1_500) + 1)
    expect(roundedUp(ms + more)).toBeGreaterThanOrEqual(end)
  }))
})
