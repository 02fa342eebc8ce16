import { describe, expect, test } from 'vitest'
import { alignSeries } from './align-series'
import { drawn, endsOf, moved, zoomedIn } from './time-range'

describe('lines over one axis', () => {
  test('each moment has a value a line, and what one does not know is a gap', () => {
    expect(alignSeries([[{ at: 0, value: 1 }, { at: 10, value: undefined }], [{ at: 10, value: 0 }]], 10)).toEqual([{ at: 0, values: [1, null] }, { at: 10, values: [null, 0] }])
  })
  test('a silence breaks every line', () => {
    expect(alignSeries([[{ at: 0, value: 1 }, { at: 30_000, value: 2 }]], 10_000)).toEqual([{ at: 0, values: [1] }, { at: 10_000, values: [null] }, { at: 30_000, values: [2] }])
    expect(alignSeries([[{ at: 0, value: 1 }, { at: 2_900, value: 2 }]], 1_000)).toHaveLength(2)
  })
})

describe('the time that is shown', () => {
  test('a drag shows what it drew, either way; a press shows nothing new', () => {
    expect(drawn(20_000, 10_000)).toEqual({ kind: 'between', from: 10_000, to: 20_000 })
    expect(drawn(10_000, 10_400)).toBeUndefined()
  })
  test('earlier and later are as long again, and nothing lies beyond now', () => {
    expect(moved({ kind: 'last', ms: 100 }, -1, 1_000)).toEqual({ kind: 'between', from: 800, to: 900 })
    expect(endsOf(moved({ kind: 'between', from: 850, to: 950 }, 1, 1_000), 1_000)).toMatchObject({ from: 900, to: 1_000 })
  })
  test('zooming in ends where there is nothing more to see', () => {
    expect(zoomedIn({ kind: 'between', from: 0, to: 40_000 }, 0)).toMatchObject({ from: 10_000, to: 30_000 })
    expect(zoomedIn({ kind: 'between', from: 0, to: 6_000 }, 0)).toEqual({ kind: 'between', from: 0, to: 6_000 })
  })
})
