import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RunFact, textFactOf } from './run-event'

test('a piece of text is read by the same rules as every other fact', () => {
  const right = { type: fc.constant('step.output'), nodeId: fc.string({ minLength: 1 }), attempt: fc.integer({ min: 1 }), text: fc.string() }
  const wrong = fc.oneof(fc.constant(null), fc.constant(undefined), fc.string(), fc.constant(''), fc.constant('k'.repeat(1_001)), fc.integer(), fc.double(), fc.constant(2 ** 60), fc.array(fc.string()), fc.constant('step.failed'))
  const some = fc.record({ type: fc.oneof(right.type, right.type, wrong), nodeId: fc.oneof(right.nodeId, right.nodeId, wrong), attempt: fc.oneof(right.attempt, fc.integer({ min: -1, max: 2 }), wrong), text: fc.oneof(right.text, wrong), more: wrong }, { requiredKeys: [] })
  fc.assert(fc.property(fc.oneof(fc.record(right), some, wrong), (given) => {
    const parsed = RunFact.safeParse(given)
    expect(textFactOf(given)).toEqual(parsed.success && parsed.data.type === 'step.output' ? parsed.data : undefined)
  }), { numRuns: 2_000 })
})
