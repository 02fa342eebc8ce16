import { expect, test } from 'vitest'
import { noStep, type Step } from '@/domain/run/run-state'
import { costOf, costOfStep, readTokenPrices, tokenPricesOf, withPrices, type TokenPrices } from './token-price'

const tokens = { promptTokens: 2_000_000, completionTokens: 500_000, at: 0 }
const read = (text: string) => readTokenPrices(text) as TokenPrices

test('prices are of a million tokens, by model or for all', () => {
  const prices = read('*=0.2/0.6, llama-70b=1/2')
  expect(costOf(prices, { ...tokens, model: 'llama-70b' })).toBeCloseTo(3)
  expect(costOf(prices, { ...tokens, model: 'other' })).toBeCloseTo(0.7)
  expect(costOf(prices, { ...tokens, model: undefined })).toBeCloseTo(0.7)
})

test('what has no price is not free: it is not known', () => {
  expect(costOf(read('a=1/1'), { ...tokens, model: 'b' })).toBeUndefined()
  expect(costOf(read(''), { ...tokens, model: 'a' })).toBeUndefined()
})

test('a call keeps the price of its time, unless prices are set for all time', () => {
  const first = withPrices([], [{ model: 'm', prompt: 1, completion: 0 }], 1_000)
  const second = withPrices(first, [{ model: 'm', prompt: 5, completion: 0 }], 2_000)
  const costs = (history: TokenPrices) => [999, 1_000, 1_999, 2_000].map((at) => costOf(history, { model: 'm', at, promptTokens: 1e6, completionTokens: 0 }))
  expect(costs(second)).toEqual([undefined, 1, 1, 5])
  expect(costs(withPrices(second, [{ model: 'm', prompt: 7, completion: 0 }], undefined))).toEqual([7, 7, 7, 7])
  expect(costs(withPrices(read('m=3/0'), [], 2_000))).toEqual([3, 3, 3, undefined])
})

test('what was stored holds before the environment, unless it cannot be read', () => {
  const atFirst = read('a=1/1')
  expect(tokenPricesOf(undefined, atFirst)).toBe(atFirst)
  expect(tokenPricesOf([{ from: 0, prices: [] }], atFirst)).toEqual([{ from: 0, prices: [] }])
  expect(tokenPricesOf({ a: 1 }, atFirst)).toBe(atFirst)
})

test('a step costs what its model call does, by the model that was asked; taken over it costs nothing here', () => {
  const prices = read('m=1/1,n=2/2')
  const step = { ...noStep, input: { model: 'n' }, usage: { promptTokens: 1e6, completionTokens: 0 }, finishedAt: 5 } as Step
  expect(costOfStep(prices, step)).toBe(2)
  expect(costOfStep(prices, { ...step, route: { instance: 'i', model: 'm', policy: 'p', queueMs: 0, prefillMs: 0, decodeMs: 0, promptTokens: 1, completionTokens: 1 } })).toBe(1)
  expect([costOfStep(prices, noStep), costOfStep(prices, { ...step, reusedFrom: 'run_x' } as Step)]).toEqual([undefined, undefined])
})

test.each(['a', 'a=1', 'a=-1/2', 'a=x/y', '=1/2'])('%s is refused in words', (text) => expect(readTokenPrices(text)).toContain('cannot use'))
test('a model is named once', () => expect(readTokenPrices('a=1/1,a=2/2')).toContain('price already'))
