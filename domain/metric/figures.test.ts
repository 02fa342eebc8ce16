import { describe, expect, test, vi } from 'vitest'
import { formatBytes, formatCount, formatDuration, formatShare, formatStep } from './figures'

describe('figures', () => {
  test.each([
    [0, '0ms'], [819.6, '820ms'], [999.9, '1,000ms'], [3_420, '3.4s'], [59_940, '59.9s'], [59_990, '1m'], [125_000, '2m 5s'], [3_780_000, '1h 3m'], [90_000_000, '1d 1h'],
  ])('%d ms is written %s', (ms, text) => expect(formatDuration(ms, 'en')).toBe(text))
  test.each([[0, '0B'], [812, '812B'], [3_400_000, '3.4MB'], [999_950, '1.0MB'], [128e9, '128GB']])('%d bytes are written %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text))
  test('steps are whole', () => expect([1_000, 30_000, 300_000, 3_600_000].map((ms) => formatStep(ms, 'en'))).toEqual(['1s', '30s', '5m', '1h']))
  test('Korean has its own units', () => expect(formatDuration(125_000, 'ko')).toBe('2분 5초'))
  test('what is not known is a dash', () => {
    expect(formatDuration(undefined, 'en')).toBe('–')
    expect(formatCount(Number.NaN, 'en')).toBe('–')
  })
  test('a formatter is made once, however many figures it writes', () => {
    const made = vi.spyOn(Intl, 'NumberFormat')
    for (let ms = 100; ms < 100_000; ms += 100) formatDuration(ms, 'de')
    expect(made.mock.calls.length).toBeLessThanOrEqual(4)
    made.mockRestore()
  })
  test('counts and shares', () => {
    expect(formatCount(4.52, 'en')).toBe('4.5')
    expect(formatCount(1_234, 'en')).toBe('1,234')
    expect(formatCount(1_343.6, 'en')).toBe('1,344')
    expect(formatCount(12_345, 'en')).toBe('12.3K')
    expect(formatShare(0.426, 'en')).toBe('43%')
    expect(formatShare(0.004, 'en')).toBe('0.4%')
  })
})
