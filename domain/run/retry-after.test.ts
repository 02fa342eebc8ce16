import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after'

const now = Date.parse('Sun, 29 Nov 2026 08:00:00 GMT')

test.each([
  ['30', 30_000], ['0', 0], [' 1.5 ', 1_500], ['Sun, 29 Nov 2026 08:00:10 GMT', 10_000], ['Sun, 29 Nov 2026 07:00:00 GMT', 0], ['999999999', 86_400_000],
  ['', undefined], [undefined, undefined], ['soon', undefined], ['-5', undefined],
])('%j means %j ms', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms))
