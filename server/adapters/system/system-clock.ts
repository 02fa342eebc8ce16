import type { Clock } from '@/server/ports/clock'

// setTimeout wakes at once above this.
const LONGEST_MS = 2_147_483_647

/** The machine's clock. Its timers do not keep the process alive. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    wakeAt(at, wake) {
      let timer: NodeJS.Timeout
      const wait = (): void => {
        const left = at - Date.now()
        // A timer may come a little early, and time may be far off: look again.
        timer = setTimeout(() => (Date.now() >= at ? wake() : wait()), Math.min(LONGEST_MS, Math.max(0, left)))
        timer.unref()
      }
      wait()
      return () => clearTimeout(timer)
    },
  }
}
