import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Span } from '@/domain/run/run-trace'
import { rowActionOf, rowsOf, seenBy, toggled, untilOf, usualOpenness, type Openness } from './waterfall-rows'

const span = (kind: 'run' | 'step' | 'item' | 'attempt', id: string, depth: number, children: Span[] = []): Span =>
  ({ kind, id, depth, children, key: id, from: 0, to: 1, bars: [], phases: [], slackMs: 0, critical: false, index: 0, attempt: 1, bar: 'completed' }) as unknown as Span
const root = span('run', 'run', 0, [
  span('step', 'a', 1, [span('attempt', 'a#1', 2)]),
  span('step', 'm', 1, [span('item', 'm[0]', 2, [span('step', 'm[0].x', 3, [span('attempt', 'm[0].x#1', 4)])]), span('item', 'm[1]', 2)]),
])
const ids = (openness: Openness) => rowsOf(root, openness).map((row) => row.id)

describe('rows of the waterfall', () => {
  test('as usual down to the steps; attempts when asked for', () => {
    expect(ids(usualOpenness)).toEqual(['run', 'a', 'm', 'm[0]', 'm[0].x', 'm[1]'])
    expect(ids(toggled(usualOpenness, 'a'))).toEqual(['run', 'a', 'a#1', 'm', 'm[0]', 'm[0].x', 'm[1]'])
    expect(ids(toggled(toggled(usualOpenness, 'm'), 'm'))).toEqual(ids(usualOpenness))
    expect(ids({ rest: 'none', toggled: new Set() })).toEqual(['run', 'a', 'm'])
    expect(ids({ rest: 'none', toggled: new Set(['run']) })).toEqual(['run'])
    expect(ids({ rest: 'all', toggled: new Set(['m[0]']) })).toEqual(['run', 'a', 'a#1', 'm', 'm[0]', 'm[1]'])
  })

  test.each([
    ['ArrowDown', 0, { do: 'move', to: 1 }],
    ['ArrowUp', 0, { do: 'move', to: 0 }],
    ['End', 0, { do: 'move', to: 5 }],
    ['Home', 4, { do: 'move', to: 0 }],
    ['PageDown', 1, { do: 'move', to: 5 }],
    ['ArrowRight', 1, { do: 'toggle' }],
    ['ArrowRight', 2, { do: 'move', to: 3 }],
    ['ArrowRight', 5, undefined],
    ['ArrowLeft', 2, { do: 'toggle' }],
    ['ArrowLeft', 5, { do: 'move', to: 2 }],
    ['ArrowLeft', 4, { do: 'move', to: 3 }],
    ['Enter', 1, { do: 'select' }],
    [' ', 1, { do: 'seek' }],
    ['x', 1, undefined],
    ['Enter', 99, undefined],
  ])('%s in row %i: %o', (key, active, action) => {
    expect(rowActionOf(key, rowsOf(root, usualOpenness), active, usualOpenness)).toEqual(action)
  })

  test('what is seen of a stretch never reaches beyond the moment, and at its end is all of it', () => {
    fc.assert(fc.property(fc.nat(100), fc.option(fc.nat(100), { nil: undefined }), fc.nat(300), (from, lasts, until) => {
      const to = lasts === undefined ? undefined : from + lasts
      const seen = seenBy({ from, to }, until)
      const goes = to === undefined || to > until
      expect(seen).toEqual(until < from ? undefined : { from, to: goes ? until : to, goes })
    }))
  })

  test('a row is told as little of the moment as shows the same of all that is in it', () => {
    fc.assert(fc.property(fc.nat(100), fc.option(fc.nat(100), { nil: undefined }), fc.nat(100), fc.nat(100), fc.nat(300), (from, lasts, a, b, moment) => {
      const to = lasts === undefined ? undefined : from + lasts
      const inside = { from: from + Math.min(a, lasts ?? Infinity), to: to === undefined && b > 50 ? undefined : from + Math.min(a + b, lasts ?? Infinity) }
      expect(seenBy(inside, untilOf({ from, to }, moment))).toEqual(seenBy(inside, moment))
      if (to !== undefined && moment > to) expect(untilOf({ from, to }, moment)).toBe(untilOf({ from, to }, moment + 1))
    }))
  })
})
