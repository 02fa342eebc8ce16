// P1. A run does nothing that costs work without a place; who has them comes from `admitRuns` alone.
// P2. Nothing of this is stored: after a restart every run that has work asks again, and one that had begun goes first.
// P3. Where all of a workflow is paused nothing new is started; what is at work keeps its place to its end.
// P4. While the runs of a start are being read nobody is admitted: else who is read first would come first.
import { admitRuns, type QueuedRun, type RunLimits, type Turn } from '@/domain/run/admit-runs'
import type { Pause } from '@/domain/run/pause'
import type { Clock } from '@/server/ports/clock'

/** One driver's claim to a place. Two of one run, the old one not yet gone, are two. */
export type RunPlace = {
  /**
   * @param busy whether it has something at work
   * @returns whether there is a place to start more in; else `onPlace` is called once there is
   */
  take(run: QueuedRun, onPlace: () => void, busy: boolean): boolean
  /** Nothing to do for now, or for ever: the place goes to the next. */
  leave(): void
}

export type RunPlaces = {
  claim(): RunPlace
  /** Nobody is admitted while `work` goes on. */
  during(work: () => Promise<unknown>): Promise<void>
  setPause(workflowId: string, pause: Pause | null): void
  /** Who waits, first in line first. */
  line(): Turn[]
  /** Nobody is admitted any more. */
  close(): void
}

type Asking = { run: QueuedRun; onPlace: () => void }

/** The places in which runs work, and the line before them. */
export function createRunPlaces({ limits, clock }: { limits: RunLimits; clock: Pick<Clock, 'now'> }): RunPlaces {
  const placed = new Map<RunPlace, QueuedRun>()
  const line = new Map<RunPlace, Asking>()
  const paused = new Map<string, Pause>()
  /** Those at work that would start more, were they not paused. */
  const halted = new Map<RunPlace, () => void>()
  let held = 0
  let closed = false

  const admission = () => admitRuns([...line.values()].map(({ run }) => run), [...placed.values()], limits, paused, clock.now())

  function admit(): void {
    if (closed || held > 0 || line.size === 0 || placed.size >= limits.total) return
    const ids = new Set(admission().start)
    const starting = [...line].filter(([, { run }]) => ids.delete(run.id))
    // All are placed before the first one acts: what it does may come back here.
    for (const [place, { run }] of starting) {
      line.delete(place)
      placed.set(place, run)
    }
    for (const [, { onPlace }] of starting) onPlace()
  }

  return {
    claim(): RunPlace {
      const place: RunPlace = {
        take(run, onPlace, busy) {
          if (closed) return false
          if (placed.has(place)) {
            if (paused.get(run.workflowId) !== 'all') return true
            if (busy) {
              halted.set(place, onPlace)
              return false
            }
          }
          const gaveBack = placed.delete(place)
          if (line.has(place)) return false
          let asking = true
          line.set(place, { run, onPlace: () => (asking ? undefined : onPlace()) })
          // What has no room by itself has none in the line either: a long line is not gone through for each that joins it.
          if (gaveBack || admitRuns([run], [...placed.values()], limits, paused, clock.now()).start.length > 0) admit()
          asking = false
          return placed.has(place)
        },
        leave() {
          halted.delete(place)
          const left = line.delete(place)
          if (placed.delete(place) || left) admit()
        },
      }
      return place
    },
    async during(work) {
      held += 1
      try {
        await work()
      } finally {
        held -= 1
        admit()
      }
    },
    setPause(workflowId, pause) {
      if (pause === null) paused.delete(workflowId)
      else paused.set(workflowId, pause)
      for (const [place, goOn] of [...halted]) {
        if (pause === 'all' || placed.get(place)?.workflowId !== workflowId) continue
        halted.delete(place)
        goOn()
      }
      admit()
    },
    line: () => admission().waiting,
    close() {
      closed = true
    },
  }
}
