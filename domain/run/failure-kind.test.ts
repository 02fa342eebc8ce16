import { expect, test } from 'vitest'
import { failureKindOf } from './failure-kind'
import { foldRun } from './reduce-run'
import type { Failure, RunFact } from './run-event'
import { emptyRun } from './run-state'

const error = (retryable: boolean): Failure => ({ code: 'X', message: 'x', retryable })
const step = (nodeId: string, retryable: boolean): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1 }, { type: 'step.failed', nodeId, attempt: 1, error: error(retryable) }]
const kindOf = (...facts: RunFact[]) => failureKindOf(foldRun(emptyRun, facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: 0 }))))

test.each<[string, RunFact[], ReturnType<typeof failureKindOf>]>([
  ['has not ended', [{ type: 'run.started' }], undefined],
  ['was cancelled', [{ type: 'run.cancelled', by: 'me' }], undefined],
  ['failed for a time', [...step('a', true), { type: 'run.failed', error: error(true), nodeId: 'a' }], 'retryable'],
  ['failed for good', [...step('a', false), { type: 'run.failed', error: error(false), nodeId: 'a' }], 'final'],
  ['failed outside all steps', [{ type: 'run.failed', error: error(true) }], 'retryable'],
  ['failed in a map, for a time', [...step('m[0].a', true), ...step('m', false), { type: 'run.failed', error: error(false), nodeId: 'm' }], 'retryable'],
  ['failed in a map of maps, for a time', [...step('m[0].n[1].a', true), ...step('m[0].n', false), ...step('m', false), { type: 'run.failed', error: error(false), nodeId: 'm' }], 'retryable'],
  ['failed in a map, one item for good', [...step('m[0].a', true), ...step('m[1].a', false), ...step('m', false), { type: 'run.failed', error: error(false), nodeId: 'm' }], 'final'],
  ['failed at a node whose neighbour is called alike', [...step('mm[0].a', true), ...step('m', false), { type: 'run.failed', error: error(false), nodeId: 'm' }], 'final'],
])('a run that %s', (_what, facts, kind) => expect(kindOf(...facts)).toBe(kind))
