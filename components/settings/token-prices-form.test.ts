import { expect, test } from 'vitest'
import { linesOfPrices, pricesOfLines } from './token-prices-form'

const prices = [{ model: '*', prompt: 0.2, completion: 0.6 }]

test('prices stand in the fields and come back, a decimal comma too', () => {
  expect(pricesOfLines(linesOfPrices(prices)).prices).toEqual(prices)
  expect(pricesOfLines([{ key: 0, values: [' * ', '0,2', '0.6'] }]).prices).toEqual(prices)
})

test.each([[['', '1', '1'], ['0.0']], [['m', '', 'x'], ['0.1', '0.2']], [['m', '-1', '1'], ['0.1']]])('of %j the fields at fault are named', (values, expected) => {
  const { prices: none, wrong } = pricesOfLines([{ key: 0, values }])
  expect([none, [...wrong]]).toEqual([undefined, expected])
})
