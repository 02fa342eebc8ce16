import { expect, test } from 'vitest'
import { ROLLUPS, stepOfRange, STEPS_MS, storedStep } from './time-steps'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const NOW = 1_000 * DAY

test.each([[15 * MINUTE, 10_000], [HOUR, 10_000], [6 * HOUR, MINUTE], [DAY, 5 * MINUTE], [7 * DAY, 30 * MINUTE], [5_000 * DAY, DAY]])('%d ms are shown in steps of %d', (range, step) => expect(stepOfRange(range)).toBe(step))
test('a figure that knows every second shows a short time by it', () => expect(stepOfRange(5 * MINUTE, 1_000)).toBe(1_000))

test('what is read is the coarsest that fits in', () => {
  expect(storedStep(10_000, NOW - HOUR, NOW)).toBe(10_000)
  expect(storedStep(5 * MINUTE, NOW - DAY, NOW)).toBe(MINUTE)
  expect(storedStep(DAY, NOW - DAY, NOW)).toBe(HOUR)
})
test('what is gone is read where it is kept, coarser than asked', () => {
  expect(storedStep(10_000, NOW - 3 * DAY, NOW)).toBe(MINUTE)
  expect(storedStep(10_000, NOW - 30 * DAY, NOW)).toBe(HOUR)
  expect(storedStep(10_000, NOW - 4_000 * DAY, NOW)).toBe(HOUR)
})
test('every step holds whole stored steps', () => {
  for (const stepMs of STEPS_MS) for (const rollup of ROLLUPS) expect(Math.max(stepMs, rollup.stepMs) % Math.min(stepMs, rollup.stepMs)).toBe(0)
})
