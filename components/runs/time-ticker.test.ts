import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTimeTicker } from './time-ticker'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('however many listen, one timer tells all of them in one turn, and none is left when they have gone', () => {
  const heard: number[] = []
  const ticker = createTimeTicker(100, () => true)
  const stops = [1, 2, 3].map((who) => ticker.subscribe(() => heard.push(who)))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(100)
  expect(heard).toEqual([1, 2, 3])
  stops[0]!()
  vi.advanceTimersByTime(100)
  expect(heard).toEqual([1, 2, 3, 2, 3])
  for (const stop of stops) stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('nobody is told while time stands still', () => {
  let moves = false
  let told = 0
  const stop = createTimeTicker(100, () => moves).subscribe(() => (told += 1))
  vi.advanceTimersByTime(500)
  expect(told).toBe(0)
  moves = true
  vi.advanceTimersByTime(200)
  expect(told).toBe(2)
  stop()
})
