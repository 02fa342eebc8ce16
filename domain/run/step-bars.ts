import type { EpochMs } from '@/domain/json'
import type { Step } from './run-state'

export type BarKind = 'running' | 'completed' | 'failed' | 'retried' | 'backoff' | 'waiting' | 'cancelled'
/** `to` undefined: it goes on. */
export type Bar = { from: EpochMs; to: EpochMs | undefined; kind: BarKind; attempt: number }

/** The stretches of time a step took: each attempt, and the pause before the next. */
export function barsOf(step: Step, waitsForPerson: boolean): Bar[] {
  const bars = step.attempts.map((attempt, index): Bar => {
    const last = index === step.attempts.length - 1
    const to = attempt.finishedAt ?? (last ? step.finishedAt : step.attempts[index + 1]?.startedAt)
    return { from: attempt.startedAt, to, kind: kindOf(step, last, to !== undefined, waitsForPerson), attempt: attempt.attempt }
  })
  return bars.flatMap((bar, index) => {
    const next = bars[index + 1]
    if (bar.to === undefined || bar.kind !== 'retried') return [bar]
    const until = next ? next.from : step.finishedAt
    return until !== undefined && until <= bar.to ? [bar] : [bar, { from: bar.to, to: until, kind: 'backoff', attempt: bar.attempt }]
  })
}

function kindOf(step: Step, last: boolean, ended: boolean, waitsForPerson: boolean): BarKind {
  if (!last) return 'retried'
  switch (step.state.kind) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return step.state.kind
    default:
      // Still going: between two attempts, held by a person, or at work.
      return ended ? 'retried' : waitsForPerson ? 'waiting' : 'running'
  }
}
