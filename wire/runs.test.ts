import { expect, test } from 'vitest'
import { LargeValue } from '@/domain/run/large-value'
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

test('a value that was not read goes over the wire as a reference, and nothing a person gave is taken for one', () => {
  const large = new LargeValue({ hash: 'a'.repeat(64), bytes: 70_000, preview: '{"body": "' })
  const at = { seq: 4, recordedAt: 1_700_000_000_123 }
  const apart = [
    { ...at, type: 'step.completed', nodeId: 'a', attempt: 1, output: large }, { ...at, type: 'step.skipped', nodeId: 'a', reason: { kind: 'disabled', output: large, handle: 'out' } },
    { ...at, type: 'memory.written', nodeId: 'a', attempt: 1, key: 'k', version: 1, value: large },
  ] as unknown as RunEvent[]
  for (const event of apart) {
    const line: unknown = JSON.parse(JSON.stringify(runEventLine(event)))
    expect(RunEventLine.safeParse(line).success).toBe(true)
    expect(JSON.stringify(line)).toContain('"large":{')
    expect(runEventOfLine(line)).toEqual(event)
    expect(JSON.stringify(runEventLine(runEventOfLine(line)))).toBe(JSON.stringify(line))
  }
  const alike: RunEvent = { ...at, type: 'step.completed', nodeId: 'a', attempt: 1, output: { ...large, large: { output: { ...large } } } }
  const back = runEventOfLine(JSON.parse(JSON.stringify(runEventLine(alike))))
  expect(back).toEqual(alike)
  expect((back as { output: unknown }).output).not.toBeInstanceOf(LargeValue)
})
