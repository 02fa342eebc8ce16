import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Judge } from './alert-rule'
import { nextAlert, type AlertState, type Reading } from './next-alert'

const rule: Judge = { is: 'above', threshold: 10, forMs: 30, keepFiringMs: 20, noData: 'show' }
const at = 1_000
const ok: AlertState = { kind: 'ok', since: 0 }
const pending: AlertState = { kind: 'pending', since: 971 }
const due: AlertState = { kind: 'pending', since: 970 }
const firing: AlertState = { kind: 'firing', since: 900 }
const recovering: AlertState = { kind: 'recovering', since: 900, clearSince: 981 }
const recovered: AlertState = { kind: 'recovering', since: 900, clearSince: 980 }
const noData: AlertState = { kind: 'no-data', since: 500 }

describe('a row a transition', () => {
  const rows: [string, AlertState, Reading, Partial<Judge>, AlertState][] = [
    ['ok, clear: stays', ok, 10, {}, ok],
    ['ok, breach: pending', ok, 11, {}, { kind: 'pending', since: at }],
    ['ok, breach, no wait: firing', ok, 11, { forMs: 0 }, { kind: 'firing', since: at }],
    ['ok, gap: no data', ok, undefined, {}, { kind: 'no-data', since: at }],
    ['ok, gap kept: stays', ok, undefined, { noData: 'keep' }, ok],
    ['ok, gap as breach: pending', ok, undefined, { noData: 'breach' }, { kind: 'pending', since: at }],
    ['pending, breach, too short: stays', pending, 11, {}, pending],
    ['pending, breach, long enough: firing', due, 11, {}, { kind: 'firing', since: at }],
    ['pending, clear: ok', due, 10, {}, { kind: 'ok', since: at }],
    ['pending, gap: no data', due, undefined, {}, { kind: 'no-data', since: at }],
    ['pending, gap kept: does not fire by itself', due, undefined, { noData: 'keep' }, due],
    ['pending, gap as ok: ok', due, undefined, { noData: 'ok' }, { kind: 'ok', since: at }],
    ['pending, gap as breach: firing', due, undefined, { noData: 'breach' }, { kind: 'firing', since: at }],
    ['firing, breach: stays', firing, 11, {}, firing],
    ['firing, clear: recovering', firing, 9, {}, { kind: 'recovering', since: 900, clearSince: at }],
    ['firing, clear, nothing to keep: ok', firing, 9, { keepFiringMs: 0 }, { kind: 'ok', since: at }],
    ['firing, gap: no data', firing, undefined, {}, { kind: 'no-data', since: at }],
    ['firing, gap kept: stays', firing, undefined, { noData: 'keep' }, firing],
    ['recovering, breach: the same alert fires on', recovering, 11, {}, firing],
    ['recovering, clear, too short: stays', recovering, 9, {}, recovering],
    ['recovering, clear, long enough: ok', recovered, 9, {}, { kind: 'ok', since: at }],
    ['recovering, gap: no data', recovering, undefined, {}, { kind: 'no-data', since: at }],
    ['recovering, gap kept: stays', recovered, undefined, { noData: 'keep' }, recovered],
    ['no data, breach: pending', noData, 11, {}, { kind: 'pending', since: at }],
    ['no data, breach, no wait: firing', noData, 11, { forMs: 0 }, { kind: 'firing', since: at }],
    ['no data, clear: ok', noData, 9, {}, { kind: 'ok', since: at }],
    ['no data, gap: stays', noData, undefined, {}, noData],
    ['below: the threshold itself is no breach', ok, 10, { is: 'below' }, ok],
    ['below: less is a breach', ok, 9, { is: 'below' }, { kind: 'pending', since: at }],
  ]
  test.each(rows)('%s', (_name, state, reading, change, after) => expect(nextAlert(state, reading, at, { ...rule, ...change })).toEqual(after))
})

type Look = { at: number; reading: Reading }
type Seen = { at: number; is: 'breach' | 'clear' }

/**
 * The second opinion: no state is carried on. Each moment is judged by looking back over the whole series:
 * an alert fires from the first breach that had lasted `forMs`, until the first calm that has lasted `keepFiringMs`.
 */
function opinion(series: readonly Look[], { is, threshold, forMs, keepFiringMs, noData }: Judge): { kind: AlertState['kind']; since: number | undefined } {
  const looks = noData === 'keep' ? series.filter((look) => look.reading !== undefined) : [...series]
  if (looks.length === 0) return { kind: 'ok', since: undefined }
  const blind = (look: Look): boolean => noData === 'show' && look.reading === undefined
  const cut = looks.findLastIndex(blind)
  if (cut === looks.length - 1) return { kind: 'no-data', since: looks[looks.findLastIndex((look) => !blind(look)) + 1]!.at }
  const seen = looks.slice(cut + 1).map(({ at: moment, reading }): Seen => {
    const breach = reading === undefined ? noData === 'breach' : is === 'above' ? reading > threshold : reading < threshold
    return { at: moment, is: breach ? 'breach' : 'clear' }
  })
  /** How long it has been so at `index`, and since which moment. */
  const stretchTo = (index: number): number => seen[seen.slice(0, index).findLastIndex((one) => one.is !== seen[index]!.is) + 1]!.at
  const fires = (index: number): boolean => seen[index]!.is === 'breach' && seen[index]!.at - stretchTo(index) >= forMs
  const ends = (index: number): boolean => seen[index]!.is === 'clear' && seen[index]!.at - stretchTo(index) >= keepFiringMs
  const now = seen.length - 1
  const starts = seen.flatMap((_, index) => (fires(index) ? [index] : []))
  const start = starts.find((index) => !seen.some((_, later) => later > index && ends(later)))
  const { is: last } = seen[now]!
  if (start !== undefined) return { kind: last === 'breach' ? 'firing' : 'recovering', since: seen[start]!.at }
  return last === 'breach' ? { kind: 'pending', since: stretchTo(now) } : { kind: 'ok', since: undefined }
}

test('agrees, moment by moment, with an evaluation that looks back over the whole series', () => {
  const kinds = new Set<string>()
  const judges = fc.record<Judge>({
    is: fc.constantFrom('above', 'below'), threshold: fc.integer({ min: 0, max: 3 }), forMs: fc.constantFrom(0, 10, 25, 40),
    keepFiringMs: fc.constantFrom(0, 10, 25), noData: fc.constantFrom('show', 'ok', 'breach', 'keep'),
  })
  const steps = fc.array(fc.record({ after: fc.integer({ min: 1, max: 15 }), reading: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 6 }) }), { maxLength: 40 })
  fc.assert(fc.property(judges, steps, (given, taken) => {
    let state: AlertState = { kind: 'ok', since: 0 }
    let moment = 0
    const series: Look[] = []
    for (const { after, reading } of taken) {
      moment += after
      series.push({ at: moment, reading })
      state = nextAlert(state, reading, moment, given)
      kinds.add(state.kind)
      const second = opinion(series, given)
      expect({ kind: state.kind, since: second.since === undefined ? undefined : state.since }).toEqual(second)
    }
  }), { numRuns: 1_000 })
  expect([...kinds].sort()).toEqual(['firing', 'no-data', 'ok', 'pending', 'recovering'])
})
