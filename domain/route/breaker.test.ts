import { expect, test } from 'vitest'
import { afterFailure, afterSuccess, atTime, closedBreaker, type Breaker } from './breaker'

const closed = (failures: number): Breaker => ({ kind: 'closed', failures })
const open = (until: number, pauseMs: number): Breaker => ({ kind: 'open', until, pauseMs })
const halfOpen = (pauseMs: number): Breaker => ({ kind: 'half-open', pauseMs })
const fails = (breaker: Breaker) => afterFailure(breaker, 1_000)

test.each<[string, Breaker, (breaker: Breaker) => Breaker, Breaker]>([
  ['a failure counts', closed(0), fails, closed(1)],
  ['the third in a row opens', closed(2), fails, open(6_000, 5_000)],
  ['an answer clears the count', closed(2), afterSuccess, closedBreaker],
  ['open: late failures change nothing', open(9_000, 5_000), fails, open(9_000, 5_000)],
  ['open: a late answer changes nothing', open(9_000, 5_000), afterSuccess, open(9_000, 5_000)],
  ['open stays open within its pause', open(9_000, 5_000), (breaker) => atTime(breaker, 8_999), open(9_000, 5_000)],
  ['open is tried after its pause', open(9_000, 5_000), (breaker) => atTime(breaker, 9_000), halfOpen(5_000)],
  ['half-open: an answer closes', halfOpen(5_000), afterSuccess, closedBreaker],
  ['half-open: a failure opens for twice as long', halfOpen(5_000), fails, open(11_000, 10_000)],
  ['a pause has an end', halfOpen(50_000), fails, open(61_000, 60_000)],
  ['closed stays closed with time', closed(1), (breaker) => atTime(breaker, 1e9), closed(1)],
])('%s', (_name, before, act, after) => {
  expect(act(before)).toEqual(after)
})
