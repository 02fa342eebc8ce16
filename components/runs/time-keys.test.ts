import { expect, test } from 'vitest'
import { addressWithMoment, momentOfAddress, timeActionOf } from './time-keys'

test('keys move by events, to the ends, and play', () => {
  expect(timeActionOf('ArrowLeft', false)).toEqual({ do: 'step', by: -1 })
  expect(timeActionOf('ArrowRight', true)).toEqual({ do: 'step', by: 10 })
  expect(timeActionOf('Home', false)).toEqual({ do: 'start' })
  expect(timeActionOf(' ', false)).toEqual({ do: 'toggle' })
  expect(timeActionOf('Tab', false)).toBeUndefined()
})

test('the address carries the moment beside whatever else it says', () => {
  expect(momentOfAddress('?at=42')).toEqual({ seq: 42, afterMs: 0 })
  expect(momentOfAddress('?at=42&after=350')).toEqual({ seq: 42, afterMs: 350 })
  for (const bad of ['', '?at=', '?at=-1', '?at=0', '?at=1e3', '?at=abc', '?after=5']) expect(momentOfAddress(bad)).toBeUndefined()
  for (const bad of ['-1', '1.5', 'x', '']) expect(momentOfAddress(`?at=7&after=${bad}`)).toEqual({ seq: 7, afterMs: 0 })
  expect(addressWithMoment('?tab=logs&after=9', { seq: 7, afterMs: 0 })).toBe('?tab=logs&at=7')
  expect(addressWithMoment('?at=3', { seq: 7, afterMs: 20 })).toBe('?at=7&after=20')
  expect(addressWithMoment('?at=7&after=20', undefined)).toBe('')
})
