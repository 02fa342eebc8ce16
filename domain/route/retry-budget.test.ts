import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRetryBudget } from './retry-budget'

test('an instance that dies may give its calls away, an outage may not double the load', () => {
  const budget = createRetryBudget()
  const retried = (calls: number) => Array.from({ length: calls }, () => (budget.deposit(0), budget.withdraw(0))).filter(Boolean).length
  expect(retried(200)).toBe(200)
  retried(2_000)
  expect(retried(1_000)).toBe(200)
})

test('where few calls come, time gives some back', () => {
  const budget = createRetryBudget()
  while (budget.withdraw(0));
  expect([budget.withdraw(50), budget.withdraw(100), budget.withdraw(100)]).toEqual([false, true, false])
})

test('never more than the bound, a fifth of the calls, and what time gives', () => {
  fc.assert(fc.property(fc.array(fc.record({ call: fc.boolean(), after: fc.nat(300) }), { maxLength: 500 }), (acts) => {
    const budget = createRetryBudget()
    let now = 0
    let [calls, retries] = [0, 0]
    for (const { call, after } of acts) {
      now += after
      if (call) (budget.deposit(now), calls++)
      else if (budget.withdraw(now)) retries++
    }
    expect(retries).toBeLessThanOrEqual(256 + 0.2 * calls + now / 100 + 1)
  }))
})
