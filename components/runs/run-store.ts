import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Graph } from '@/domain/graph/graph'
import type { EpochMs } from '@/domain/json'
import type { RunEvent } from '@/domain/run/run-event'
import { emptyRun, isFinished, type RunState } from '@/domain/run/run-state'
import { createRunTimeline, type RunTimeline } from '@/domain/run/run-timeline'
import type { ProblemError } from '@/components/live/problem-error'
import { pause, play, playbackAt, seek, withSpeed, type Playback, type Speed } from './playback-clock'
import { marksOf, type Mark } from './run-lanes'
import { createShownMoment, STEP_MS, type ShownMoment } from './shown-moment'

export type Loading = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; problem: ProblemError }

/**
 * What the run page shows. Live and replay differ in `follow` alone: `shown` is always a fold of the one log.
 * Nodes subscribe to their own step in `shown.steps`, never to the whole.
 */
export type RunView = {
  loading: Loading
  graph: Graph | undefined
  /** The newest fold. */
  head: RunState
  /** The fold that the page shows. */
  shown: RunState
  /** Whether the page stays at the newest moment. */
  follow: boolean
  playback: Playback
  marks: readonly Mark[]
  selected: string | undefined
}

export type RunStore = {
  view: StoreApi<RunView>
  timeline: RunTimeline
  load(loading: Loading, graph?: Graph): void
  append(events: readonly RunEvent[]): void
  /** The span the time line covers now: a run that goes on ends now. */
  span(): { start: EpochMs; end: EpochMs }
  /** Where the playhead stands now, in epoch ms of the run. */
  position(): EpochMs
  /** Whether time itself moves what is shown: a run that is watched, or played. */
  moves(): boolean
  moment: ShownMoment
  select(key: string | undefined): void
  /** @param afterMs how long after that event: a step may go on for long between two of them */
  showSeq(seq: number, afterMs?: number): void
  showTime(ms: EpochMs): void
  /** By whole events: -1 the one before, 1 the next. */
  stepBy(count: number): void
  goLive(): void
  togglePlay(): void
  setSpeed(speed: Speed): void
  /** One frame of playing. @returns whether to go on */
  tick(): boolean
}

/** @param clock the reader's own, in epoch ms */
export function createRunStore(clock: () => EpochMs): RunStore {
  const timeline = createRunTimeline()
  const view = createStore<RunView>(() => ({
    loading: { kind: 'loading' }, graph: undefined, head: emptyRun, shown: emptyRun, follow: true,
    playback: { kind: 'still', position: 0, speed: 1 }, marks: [], selected: undefined,
  }))
  /** How far the server's clock is ahead of the reader's: a bar that goes on must not end before it began. */
  let ahead = 0

  function span() {
    const start = timeline.startMs ?? clock()
    const last = timeline.endMs ?? start
    return { start, end: isFinished(view.getState().head) ? last : Math.max(last, clock() + ahead) }
  }

  function position() {
    const { follow, playback } = view.getState()
    const { start, end } = span()
    return follow ? end : Math.max(start, playbackAt(playback, clock(), end))
  }

  function moves() {
    const { follow, head, playback } = view.getState()
    return follow ? !isFinished(head) : playback.kind === 'playing'
  }

  const moment = createShownMoment(position, moves)
  // The first to be told of a change: whoever is told after it reads the moment that belongs to it.
  view.subscribe(() => moment.update())

  function show(seq: number, playback: Playback) {
    const shown = view.getState().shown
    view.setState({ follow: false, playback, ...(seq !== shown.seq && { shown: timeline.stateAt(seq) }) })
  }

  function goLive() {
    const { playback, head } = view.getState()
    view.setState({ follow: true, shown: head, playback: pause(playback, clock(), span().end) })
  }

  const store: RunStore = {
    view, timeline, span, position, moves, moment, goLive,
    load: (loading, graph) => view.setState({ loading, ...(graph && { graph }) }),
    append(events) {
      const fresh = timeline.append(events)
      if (fresh.length === 0) return
      ahead = Math.max(ahead, (timeline.endMs ?? 0) - clock())
      const head = timeline.stateAt(Infinity)
      const marks = marksOf(fresh)
      const now = view.getState()
      view.setState({ head, ...(now.follow && { shown: head }), ...(marks.length > 0 && { marks: [...now.marks, ...marks] }) })
    },
    select: (selected) => view.setState({ selected }),
    showSeq(seq, afterMs = 0) {
      const at = timeline.timeOf(seq)
      if (at !== undefined) show(Math.min(seq, timeline.headSeq), seek(pause(view.getState().playback, clock(), span().end), Math.min(at + afterMs, span().end + STEP_MS), clock()))
    },
    showTime(ms) {
      const { start, end } = span()
      const at = Math.round(Math.min(end, Math.max(start, ms)))
      show(timeline.seqAtTime(at), seek(view.getState().playback, at, clock()))
    },
    stepBy(count) {
      const index = timeline.events.findIndex((event) => event.seq >= view.getState().shown.seq)
      const event = timeline.events[Math.min(timeline.events.length - 1, Math.max(0, (index < 0 ? 0 : index) + count))]
      if (event) store.showSeq(event.seq)
    },
    togglePlay() {
      const { playback, follow } = view.getState()
      if (playback.kind === 'playing' && !follow) return view.setState({ playback: pause(playback, clock(), span().end) })
      const from: Playback = { kind: 'still', position: position(), speed: playback.speed }
      view.setState({ follow: false, playback: play(from, clock(), span()) })
    },
    setSpeed: (speed) => view.setState({ playback: withSpeed(view.getState().playback, speed, clock(), span().end) }),
    tick() {
      const { playback, follow, head, shown } = view.getState()
      if (playback.kind !== 'playing' || follow) return false
      const { end } = span()
      const at = playbackAt(playback, clock(), end)
      const seq = timeline.seqAtTime(at)
      if (seq !== shown.seq) view.setState({ shown: timeline.stateAt(seq) })
      if (at < end) return true
      // At the newest moment of a run that goes on, playing becomes watching.
      if (isFinished(head)) view.setState({ playback: pause(playback, clock(), end) })
      else goLive()
      return false
    },
  }
  return store
}
