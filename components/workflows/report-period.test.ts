import { expect, test } from 'vitest'
import { daysOfAddress, lastDays, periodOf } from './report-period'

test('the last seven days end today and have seven', () => {
  expect(lastDays(7, new Date(2026, 10, 3, 15))).toEqual({ from: '2026-10-28', to: '2026-11-03' })
  expect(lastDays(1, new Date(2026, 0, 1))).toEqual({ from: '2026-01-01', to: '2026-01-01' })
})

test('a period has its first and its last moment in it, by the reader\'s clock', () => {
  const { from, to } = periodOf({ from: '2026-10-28', to: '2026-11-03' })
  expect(new Date(from!)).toEqual(new Date(2026, 9, 28, 0, 0, 0, 0))
  expect(new Date(to!)).toEqual(new Date(2026, 10, 3, 23, 59, 59, 999))
  expect(periodOf({ from: '', to: '' })).toEqual({})
})

test.each([['?from=2026-11-01&to=2026-11-02', '2026-11-01', '2026-11-02'], ['', '', ''], ['?from=yesterday&to=2026-13-99', '', '']])('%s', (address, from, to) => {
  expect(daysOfAddress(new URLSearchParams(address))).toEqual({ from, to })
})
