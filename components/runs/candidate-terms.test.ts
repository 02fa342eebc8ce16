import { expect, test } from 'vitest'
import { termsOf } from './candidate-terms'

test('a bar for each instance and term: a share against a full one, other terms against the greatest', () => {
  const terms = termsOf([
    { instanceId: 'i0', cachedTokens: 64, load: 2, expectedMs: 40, terms: { runs: 3, kvShare: 0.5, uncachedTokens: 10 } },
    { instanceId: 'i1', cachedTokens: 0, load: 4, expectedMs: 80, terms: { runs: 1, kvShare: 0.25, uncachedTokens: 0 } },
  ])
  expect(terms.map(({ name, unit, better, bars }) => [name, unit, better, ...bars.map(({ value, share }) => `${value}: ${share.toFixed(2)}`)])).toEqual([
    ['runs', 'count', 'less', '3: 1.00', '1: 0.33'],
    ['kvShare', 'share', 'less', '0.5: 0.50', '0.25: 0.25'],
    ['uncachedTokens', 'count', 'less', '10: 1.00', '0: 0.00'],
    ['load', 'count', 'less', '2: 0.50', '4: 1.00'],
    ['expectedMs', 'duration', 'less', '40: 0.50', '80: 1.00'],
  ])
})

test('a run from before terms were kept shows what it has', () => {
  expect(termsOf([{ instanceId: 'i0', cachedTokens: 64, load: 0 }]).map(({ name, bars }) => [name, bars[0]!.value])).toEqual([['cachedTokens', 64], ['load', 0]])
})

test('a term that is not known is shown by its own name, one that an instance does not tell is no zero', () => {
  const [odd, even] = termsOf([{ instanceId: 'i0', cachedTokens: 0, load: 0, terms: { constructor: 1 } }, { instanceId: 'i1', cachedTokens: 0, load: 0, terms: { even: 2 } }])
  expect(odd).toMatchObject({ name: 'constructor', known: undefined, better: undefined, bars: [{ value: 1, share: 1 }, { value: undefined, share: 0 }] })
  expect(even).toMatchObject({ name: 'even', bars: [{ value: undefined }, { value: 2 }] })
})
