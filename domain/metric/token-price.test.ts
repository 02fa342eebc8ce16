import { expect, test } from 'vitest'
import { costOf, readTokenPrices, type TokenPrices } from './token-price'

test('prices are of a million tokens, by model or for all', () => {
  const prices = readTokenPrices('*=0.2/0.6, llama-70b=1/2') as TokenPrices
  const tokens = { promptTokens: 2_000_000, completionTokens: 500_000 }
  expect(costOf(prices, 'llama-70b', tokens)).toBeCloseTo(3)
  expect(costOf(prices, 'other', tokens)).toBeCloseTo(0.7)
  expect(costOf(prices, undefined, tokens)).toBeCloseTo(0.7)
})

test('what has no price is not free: it is not known', () => {
  expect(costOf(readTokenPrices('a=1/1') as TokenPrices, 'b', { promptTokens: 1, completionTokens: 1 })).toBeUndefined()
  expect(costOf(readTokenPrices('') as TokenPrices, 'a', { promptTokens: 0, completionTokens: 0 })).toBeUndefined()
})

test.each(['a', 'a=1', 'a=-1/2', 'a=x/y', '=1/2'])('%s is refused in words', (text) => expect(readTokenPrices(text)).toContain('cannot use'))
