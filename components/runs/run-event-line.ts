import type { RunEvent } from '@/domain/run/run-event'

/** A line of the events endpoint or of a live frame, as the fold wants it. Our own server wrote it: no second check of every piece of text. */
export function eventOfLine(line: unknown): RunEvent {
  const { at, ...rest } = line as { at: string } & Record<string, unknown>
  return { ...rest, recordedAt: Date.parse(at) } as RunEvent
}
