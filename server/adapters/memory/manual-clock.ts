import type { Clock } from '@/server/ports/clock'

export type ManualClock = Clock & {
  /** Moves time on by `ms`, waking in order whoever waits; what they ask for within the span is woken too. */
  advance(ms: number): void
  /** Times somebody waits for, soonest first. */
  waiting(): number[]
}

/** A clock that stands still until a test moves it. @param start epoch ms */
export function createManualClock(start = 1_700_000_000_000): ManualClock {
  let now = start
  let order = 0
  const alarms = new Map<number, { at: number; wake: () => void }>()

  function next(until: number): number | undefined {
    let found: number | undefined
    for (const [id, alarm] of alarms) {
      if (alarm.at <= until && (found === undefined || alarm.at < alarms.get(found)!.at)) found = id
    }
    return found
  }

  return {
    now: () => now,
    wakeAt(at, wake) {
      const id = order++
      alarms.set(id, { at, wake })
      return () => void alarms.delete(id)
    },
    advance(ms) {
      const until = now + ms
      for (let id = next(until); id !== undefined; id = next(until)) {
        const alarm = alarms.get(id)!
        alarms.delete(id)
        now = Math.max(now, alarm.at)
        alarm.wake()
      }
      now = until
    },
    waiting: () => [...alarms.values()].map((alarm) => alarm.at).sort((a, b) => a - b),
  }
}
