import { expect, test } from 'vitest'
import { addressWithSeq, seqOfAddress, timeActionOf } from './time-keys'

test('keys move by events, to the ends, and play', () => {
  expect(timeActionOf('ArrowLeft', false)).toEqual({ do: 'step', by: -1 })
  expect(timeActionOf('ArrowRight', true)).toEqual({ do: 'step', by: 10 })
  expect(timeActionOf('Home', false)).toEqual({ do: 'start' })
  expect(timeActionOf(' ', false)).toEqual({ do: 'toggle' })
  expect(timeActionOf('Tab', false)).toBeUndefined()
})

test('the address carries the moment beside whatever else it says', () => {
  expect(seqOfAddress('?at=42')).toBe(42)
  for (const bad of ['', '?at=', '?at=-1', '?at=0', '?at=1e3', '?at=abc']) expect(seqOfAddress(bad)).toBeUndefined()
  expect(addressWithSeq('?tab=logs', 7)).toBe('?tab=logs&at=7')
  expect(addressWithSeq('?at=7', undefined)).toBe('')
})
