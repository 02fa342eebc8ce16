import { expect, test } from 'vitest'
import { createWaitModel, type WaitModel } from './wait-model'

/** Calls of the instance end so far apart, while others wait. */
function ending(model: WaitModel, id: string, everyMs: number, count: number, from = 0): void {
  for (let index = 0; index <= count; index++) model.ended(id, from + index * everyMs, true)
}

test('says nothing before calls have ended while others waited', () => {
  const model = createWaitModel()
  expect(model.inTurnMs(['a'], 0)).toBeUndefined()
  for (let index = 0; index < 50; index++) model.ended('a', index * 100, false)
  expect(model.inTurnMs(['a'], 0)).toBeUndefined()
})

test('places come free at the pace of all instances that may take the call', () => {
  const model = createWaitModel()
  ending(model, 'a', 100, 10)
  ending(model, 'b', 300, 10)
  expect(model.inTurnMs(['a'], 4)).toBeCloseTo(500)
  expect(model.inTurnMs(['a', 'b'], 2)).toBeCloseTo(225)
  model.forget('a')
  expect(model.inTurnMs(['a', 'b'], 2)).toBeCloseTo(900)
})

test('a pause in which nobody waited is not the time that a call takes', () => {
  const model = createWaitModel()
  ending(model, 'a', 100, 10)
  model.ended('a', 2_000, false)
  ending(model, 'a', 100, 3, 60_000)
  expect(model.inTurnMs(['a'], 0)).toBeCloseTo(100)
})

test('an instance that slows down is believed', () => {
  const model = createWaitModel()
  ending(model, 'a', 100, 20)
  ending(model, 'a', 400, 40, 2_000)
  expect(model.inTurnMs(['a'], 0)!).toBeGreaterThan(380)
})

test('what came corrects what is foretold of the next call of its rank, and of no other', () => {
  const model = createWaitModel()
  ending(model, 'a', 100, 10)
  for (let index = 0; index < 60; index++) model.learn('new', model.inTurnMs(['a'], 3)!, 1_200)
  expect(model.correctionOf('new') * model.inTurnMs(['a'], 3)!).toBeGreaterThan(1_150)
  expect(model.correctionOf('continuing')).toBe(1)
  // One that waited for an hour teaches no more than another.
  model.learn('new', 1, 3_600_000)
  expect(model.correctionOf('new')).toBeLessThan(5)
})
