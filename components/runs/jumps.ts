import type { RunEvent } from '@/domain/run/run-event'

/** Places in a run that a reader looks for. */
export type Jump = 'failure' | 'attempt' | 'divergence'

/** The seq of the next such place behind `seq`, around the end; undefined: there is none. @param step only its attempts, if one is selected */
export function jumpTarget(events: readonly RunEvent[], seq: number, jump: Jump, { step, differing }: { step?: string | undefined; differing?: ReadonlySet<string> | undefined }): number | undefined {
  if (jump === 'divergence') return differing && firstDivergence(events, differing)
  const places = events.filter((event) => (jump === 'failure' ? isFailure(event) : isAttempt(event, step))).map((event) => event.seq)
  return places.find((place) => place > seq) ?? places[0]
}

function isFailure(event: RunEvent): boolean {
  return event.type === 'step.failed' || event.type === 'run.failed'
}

/** Of a selected step every attempt; else those that came after one that failed. */
function isAttempt(event: RunEvent, step: string | undefined): boolean {
  return event.type === 'step.started' && (step === undefined ? event.attempt > 1 : event.nodeId === step)
}

/** Where the run first does something that the other did otherwise. @param differing top-level nodes whose output, state or settings differ */
function firstDivergence(events: readonly RunEvent[], differing: ReadonlySet<string>): number | undefined {
  return events.find((event) => 'nodeId' in event && event.nodeId !== undefined && event.type.startsWith('step.') && event.type !== 'step.scheduled' && differing.has(event.nodeId.split('[')[0]!))?.seq
}

/** The run that a reader compares with: `?vs=RUN`. */
export function comparedOf(search: string): string | undefined {
  const id = new URLSearchParams(search).get('vs')
  return id !== null && /^run_[A-Za-z0-9_-]{1,80}$/.test(id) ? id : undefined
}
