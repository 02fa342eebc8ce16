import { expect, test } from 'vitest'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { comparedOf, jumpTarget } from './jumps'

const error = { code: 'X', message: 'x', retryable: true }
const log = (...facts: RunFact[]): RunEvent[] => facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: index }))
const start = (nodeId: string, attempt: number): RunFact => ({ type: 'step.started', nodeId, attempt })
const events = log(
  start('a', 1), { type: 'step.retrying', nodeId: 'a', attempt: 1, error, at: 1 }, start('b', 1), start('a', 2), { type: 'step.failed', nodeId: 'a', attempt: 2, error },
  { type: 'step.completed', nodeId: 'm[0].c', attempt: 1, output: 1 }, { type: 'run.failed', error, nodeId: 'a' },
)

test.each([['failure', 0, 5], ['failure', 5, 7], ['failure', 7, 5], ['attempt', 0, 4], ['attempt', 4, 4]] as const)('the next %s behind event %d is event %d, around the end', (jump, seq, to) => expect(jumpTarget(events, seq, jump, {})).toBe(to))

test('of a selected step every attempt is one', () => {
  expect([0, 1, 4].map((seq) => jumpTarget(events, seq, 'attempt', { step: 'a' }))).toEqual([1, 4, 1])
  expect(jumpTarget(events, 0, 'attempt', { step: 'none' })).toBeUndefined()
})

test('the first divergence is where a differing node, or a step inside it, first does something', () => {
  expect(jumpTarget(events, 7, 'divergence', { differing: new Set(['m', 'zzz']) })).toBe(6)
  expect(jumpTarget(events, 0, 'divergence', { differing: new Set() })).toBeUndefined()
  expect(jumpTarget(events, 0, 'divergence', {})).toBeUndefined()
})

test.each([['?vs=run_abc', 'run_abc'], ['?vs=', undefined], ['?at=3', undefined], ['?vs=run_a/../b', undefined]])('%s compares with %s', (search, id) => expect(comparedOf(search)).toBe(id))
