import { expect, test } from 'vitest'
import { callOfAddress } from './call-address'

test.each([
  [{ instance: 'http://gpu-0:8000', at: '2026-11-21T08:00:01.250Z' }, { instance: 'http://gpu-0:8000', at: Date.UTC(2026, 10, 21, 8, 0, 1, 250) }],
  [{ instance: 'http://gpu-0:8000' }, undefined],
  [{ instance: ['a', 'b'], at: '2026-11-21T08:00:01Z' }, undefined],
  [{ instance: '', at: '2026-11-21T08:00:01Z' }, undefined],
  [{ instance: 'x'.repeat(501), at: '2026-11-21T08:00:01Z' }, undefined],
  [{ instance: 'gpu-0', at: 'yesterday' }, undefined],
  [{}, undefined],
])('%o names %o', (query, call) => expect(callOfAddress(query)).toEqual(call))
