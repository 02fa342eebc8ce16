import { expect, test } from 'vitest'
import { readTraceparent } from './trace-parent'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

test.each<[string, object | undefined]>([
  [`00-${traceId}-${spanId}-01`, { traceId, spanId, sampled: true }],
  [` 00-${traceId}-${spanId}-00 `, { traceId, spanId, sampled: false }],
  [`00-${traceId}-${spanId}-03`, { traceId, spanId, sampled: true }],
  [`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, { traceId, spanId, sampled: true }],
  [`00-${traceId}-${spanId}-01-more`, undefined],
  [`ff-${traceId}-${spanId}-01`, undefined],
  [`00-${'0'.repeat(32)}-${spanId}-01`, undefined],
  [`00-${traceId}-${'0'.repeat(16)}-01`, undefined],
  [`00-${traceId.toUpperCase()}-${spanId}-01`, undefined],
  [`00-${traceId}-${spanId}`, undefined],
  ['00-1', undefined],
  ['', undefined],
])('%s', (header, read) => expect(readTraceparent(header)).toEqual(read))

test('none is none', () => expect([readTraceparent(null), readTraceparent(undefined)]).toEqual([undefined, undefined]))
