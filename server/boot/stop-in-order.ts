/**
 * How a process ends.
 * E1. It stops listening before it sends its clients away: one that comes back at once has to reach another process, or the next start.
 * E2. From then on nothing new is begun. Calls under way end within STOP_MS, attempts at work within the drain, side by side.
 * E3. No connection outlives STOP_MS, a WebSocket whose client does not answer as little as a call.
 * E4. What calls and attempts use is closed after both, last made first: the store, in which they tell what came of them, at the end.
 * E5. Whatever hangs, the process is gone after LAST_MS. What is unfinished then stands in the log and goes on at the next start.
 */
import type { Close } from './listen'
import type { Stop } from './start-router'
import { DRAIN_MS } from './start-work'

/** What calls that are under way are given. */
const STOP_MS = 5_000
/** Less than the 30 s after which containers are killed. */
const LAST_MS = DRAIN_MS + 5_000

type Serving = { close: Close; /** Sends the pages' connections away. */ live?: () => Promise<void>; /** Ends the work on runs. */ work: () => Promise<void> }

/** E1 to E3: the first of all stops, so made last. */
export function stopServing({ close, live, work }: Serving): Stop {
  return async () => {
    await Promise.allSettled([close(STOP_MS), live?.(), work()])
  }
}

/** E4 and E5. Ends the process once, however often it is asked. */
export function createStop(stops: readonly Stop[]): (code: number) => Promise<void> {
  let stopping = false
  return async (code) => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(code), LAST_MS).unref()
    for (const one of stops.toReversed()) await (async () => one())().catch(() => undefined)
    process.exit(code)
  }
}
