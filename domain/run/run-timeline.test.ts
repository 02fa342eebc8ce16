import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldRun } from './reduce-run'
import type { RunEvent, RunFact } from './run-event'
import { emptyRun } from './run-state'
import { createRunTimeline } from './run-timeline'

const nodes = fc.constantFrom('plan', 'write', 'check', 'map[0].inner')
const attempt = fc.integer({ min: 1, max: 3 })
const error = { code: 'X', message: 'broken', retryable: true }
const fact: fc.Arbitrary<RunFact> = fc.oneof(
  fc.constant<RunFact>({ type: 'run.started' }),
  nodes.map<RunFact>((nodeId) => ({ type: 'step.scheduled', nodeId })),
  fc.record({ nodeId: nodes, attempt }).map<RunFact>((step) => ({ type: 'step.started', ...step, input: 1 })),
  fc.record({ nodeId: nodes, attempt, text: fc.string({ maxLength: 5 }) }).map<RunFact>((step) => ({ type: 'step.output', ...step })),
  fc.record({ nodeId: nodes, attempt }).map<RunFact>((step) => ({ type: 'step.completed', ...step, output: { text: 'a' } })),
  fc.record({ nodeId: nodes, attempt }).map<RunFact>((step) => ({ type: 'step.retrying', ...step, error, at: 5 })),
  fc.record({ nodeId: nodes, attempt }).map<RunFact>((step) => ({ type: 'step.failed', ...step, error })),
  fc.array(nodes, { maxLength: 2 }).map<RunFact>((nodeIds) => ({ type: 'run.waiting', nodeIds })),
  fc.constant<RunFact>({ type: 'run.cancelled', by: 'me' }),
)
/** Clocks may go back by a little. */
const log = fc.array(fc.tuple(fact, fc.integer({ min: -3, max: 20 })), { maxLength: 60 }).map((rows) => {
  let at = 1_000
  return rows.map(([body, step], index): RunEvent => ({ ...body, seq: index + 1, recordedAt: (at += step) }))
})
const every = fc.integer({ min: 1, max: 9 })

describe('a timeline', () => {
  test('T1: stands at any seq, asked in any order, where the plain fold stands', () => {
    fc.assert(
      fc.property(log, every, fc.array(fc.nat(70), { maxLength: 12 }), (events, gap, asked) => {
        const timeline = createRunTimeline(gap)
        timeline.append(events)
        for (const seq of asked) expect(timeline.stateAt(seq)).toEqual(foldRun(emptyRun, events.slice(0, seq)))
      }),
    )
  })

  test('T2: appended in overlapping pieces it is the same as at once', () => {
    fc.assert(
      fc.property(log, every, fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 6 }), (events, gap, pieces) => {
        const timeline = createRunTimeline(gap)
        let known = 0
        for (const [from, to] of pieces) {
          // A live client never sees a hole: a piece begins at or before what it has.
          timeline.append(events.slice(Math.min(from, known), to))
          known = Math.max(known, Math.min(Math.max(to, 0), events.length))
          expect(timeline.headSeq).toBe(known)
          expect(timeline.stateAt(known)).toEqual(foldRun(emptyRun, events.slice(0, known)))
        }
        timeline.append(events)
        expect(timeline.events).toEqual(events)
        expect(timeline.stateAt(Infinity)).toEqual(foldRun(emptyRun, events))
      }),
    )
  })

  test('T3: the moment of a seq contains that seq, and time never goes back', () => {
    fc.assert(
      fc.property(log, every, (events, gap) => {
        const timeline = createRunTimeline(gap)
        timeline.append(events)
        let last = -Infinity
        for (const event of events) {
          const at = timeline.timeOf(event.seq)!
          expect(at).toBeGreaterThanOrEqual(last)
          last = at
          expect(timeline.seqAtTime(at)).toBeGreaterThanOrEqual(event.seq)
          expect(timeline.stateAtTime(at)).toEqual(timeline.stateAt(timeline.seqAtTime(at)))
        }
        expect(timeline.seqAtTime(-1)).toBe(0)
      }),
    )
  })

  test('an empty one stands at the empty run', () => {
    const timeline = createRunTimeline()
    expect(timeline.stateAt(7)).toEqual(emptyRun)
    expect(timeline.startMs).toBeUndefined()
  })
})
