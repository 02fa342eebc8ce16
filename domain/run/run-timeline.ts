import { foldRun } from './reduce-run'
import type { RunEvent } from './run-event'
import { emptyRun, type RunState } from './run-state'

/** Events between two keyframes, at least: what jumping to a moment has to fold. */
const KEYFRAME_EVERY = 128
/**
 * A keyframe holds the table of all steps. They stand further apart in a longer log, so that there are a hundred or two of
 * them, and in one with more steps, so that all of them together stay within a few times the log.
 */
const EVENTS_A_KEYFRAME = 32
const STEPS_AN_EVENT = 4

/**
 * A run's log with the means to stand at any moment of it.
 * T1. `stateAt(seq)` equals the plain fold of all events up to `seq`.
 * T2. Appending an overlap changes nothing: an event is taken once, in the order of `seq`.
 * T3. Along the time line time never goes back, whatever the writer's clock did.
 */
export type RunTimeline = {
  readonly events: readonly RunEvent[]
  /** The seq of the last event; 0 when there is none. */
  readonly headSeq: number
  /** Epoch ms of the first and the last event; undefined when there is none. */
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  /** @returns the events that were new */
  append(events: readonly RunEvent[]): RunEvent[]
  stateAt(seq: number): RunState
  stateAtTime(ms: number): RunState
  /** The last seq recorded at or before `ms`; 0 before the first. */
  seqAtTime(ms: number): number
  /** When `seq` was recorded, on the time line's own never-falling time. */
  timeOf(seq: number): number | undefined
}

type Moment = { count: number; state: RunState }

export function createRunTimeline(every: number = KEYFRAME_EVERY): RunTimeline {
  const events: RunEvent[] = []
  const times: number[] = []
  /** Folds of the first `count` events, ascending. */
  const keyframes: Moment[] = []
  /** The newest fold that was made. What was appended since is folded when somebody looks. */
  let head: Moment = { count: 0, state: emptyRun }
  // The last answer: playing forward folds only what lies between two frames.
  let cursor = head
  let nextKeyframe = every

  const moved = (from: Moment, count: number): Moment => (from.count === count ? from : { count, state: foldRun(from.state, events.slice(from.count, count)) })

  function append(given: readonly RunEvent[]): RunEvent[] {
    const fresh: RunEvent[] = []
    let lastSeq = events.at(-1)?.seq ?? 0
    for (const event of given) {
      if (event.seq <= lastSeq) continue
      lastSeq = event.seq
      times.push(Math.max(times.at(-1) ?? -Infinity, event.recordedAt))
      events.push(event)
      fresh.push(event)
      if (events.length < nextKeyframe) continue
      head = moved(head, events.length)
      keyframes.push(head)
      nextKeyframe = events.length + Math.max(every, events.length / EVENTS_A_KEYFRAME, Object.keys(head.state.steps).length / STEPS_AN_EVENT)
    }
    return fresh
  }

  function stateOfFirst(count: number): RunState {
    if (count >= events.length) return (head = moved(head, events.length)).state
    const keyframe = keyframes[countUpTo(keyframes, count, (one) => one.count) - 1] ?? { count: 0, state: emptyRun }
    cursor = moved(cursor.count <= count && cursor.count > keyframe.count ? cursor : keyframe, count)
    return cursor.state
  }

  return {
    events,
    get headSeq() {
      return events.at(-1)?.seq ?? 0
    },
    get startMs() {
      return times[0]
    },
    get endMs() {
      return times.at(-1)
    },
    append,
    stateAt: (seq) => stateOfFirst(countUpTo(events, seq, (event) => event.seq)),
    stateAtTime: (ms) => stateOfFirst(countUpTo(times, ms, (time) => time)),
    seqAtTime: (ms) => events[countUpTo(times, ms, (time) => time) - 1]?.seq ?? 0,
    timeOf: (seq) => times[countUpTo(events, seq, (event) => event.seq) - 1],
  }
}

/** How many items of an ascending list are at or below `limit`. */
function countUpTo<T>(items: readonly T[], limit: number, key: (item: T) => number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (key(items[middle]!) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
