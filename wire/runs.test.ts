import { expect, test } from 'vitest'
import type { RunEvent } from '@/domain/run/run-event'
import { runEventLine, runEventOfLine, RunEventLine } from './runs'

test.each<RunEvent>([
  { seq: 1, recordedAt: 1_700_000_000_123, type: 'run.started' },
  { seq: 2, recordedAt: 1_700_000_000_456, type: 'step.retrying', nodeId: 'a', attempt: 1, at: 1_700_000_001_000, error: { code: 'X', message: 'x', retryable: true } },
  { seq: 3, recordedAt: 1_700_000_000_789, type: 'step.output', nodeId: 'm[3].inner', attempt: 2, text: '안녕' },
])('an event of type $type comes back from the wire as it was', (event) => {
  const line: unknown = JSON.parse(JSON.stringify(runEventLine(event)))
  expect(RunEventLine.safeParse(line).success).toBe(true)
  expect(runEventOfLine(line)).toEqual(event)
})
