// G1. Who has a place is decided in the store, over the claims of all processes; what stands here is what it said last.
// G2. Nothing is asked while nothing changes: an exchange follows a wish of a run here, a signal that others were given
//     places from here, and the worker's own look: each time while runs here wait, so that what a dead process had comes round, else seldom.
// G3. An exchange says all that the runs here have and want, so one that failed is made up for by the next; what changes
//     while one is under way shares the next.
import type { RunLimits } from '@/domain/run/admit-runs'
import type { Pause } from '@/domain/run/pause'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import type { PlaceClaim, SharedPlaces } from '@/server/ports/shared-places'
import type { Signals } from '@/server/ports/signals'
import type { RunPlace, RunPlaces } from '../run-places'

type Deps = { places: SharedPlaces; signals: Signals; owner: string; limits: RunLimits; clock: Pick<Clock, 'now'>; ids: Ids; logger: Logger }
type Claim = PlaceClaim & { onPlace: () => void; /** It has something to start, and its workflow stands still. */ halted: boolean }

/** How often the store is told again what runs here have, where nothing changes. */
const REFRESH_MS = 10_000

export type SharedRunPlaces = RunPlaces & { /** Asks where runs here wait; called from time to time. */ look(): void }

/** The places of this process's runs, where several processes share one line. */
export function createSharedRunPlaces({ places, signals, owner, limits, clock, ids, logger }: Deps): SharedRunPlaces {
  const claims = new Map<RunPlace, Claim>()
  const paused = new Map<string, Pause>()
  let held = 0
  let [busy, again, closed] = [false, false, false]
  let askedAt = -Infinity
  let unsaid = false
  const waiting = (): boolean => [...claims.values()].some((claim) => !claim.placed)
  const unsubscribe = signals.subscribe(({ kind }) => (kind === 'places.moved' || kind === 'missed') && waiting() && void exchange())

  async function exchange(): Promise<void> {
    if (held > 0 || closed) return
    if (busy) return void (again = true)
    busy = true
    do {
      again = false
      askedAt = clock.now()
      try {
        const said = [...claims.values()].map(({ id, run, placed }) => ({ id, run, placed }))
        const { placed, others } = await places.exchange(owner, said, { limits, paused, now: clock.now() })
        unsaid = false
        if (others) signals.send({ kind: 'places.moved' })
        if (!closed) give(new Set(placed))
      } catch (error) {
        unsaid = true
        logger({ level: 'WARNING', component: 'engine', category: 'system', message: `Could not ask for places: ${error instanceof Error ? error.message : String(error)}` })
      }
    } while (again && !closed)
    busy = false
  }

  function give(placed: ReadonlySet<string>): void {
    const given = [...claims.values()].filter((claim) => !claim.placed && placed.has(claim.id))
    // All are placed before the first one acts: what it does may come back here.
    for (const claim of given) claim.placed = true
    for (const claim of given) claim.onPlace()
  }

  return {
    look() {
      if (unsaid || waiting() || (claims.size > 0 && clock.now() - askedAt >= REFRESH_MS)) void exchange()
    },
    claim(): RunPlace {
      const place: RunPlace = {
        take(run, onPlace, working) {
          if (closed) return false
          const known = claims.get(place)
          if (known && !known.placed) return false
          if (known) {
            if (paused.get(run.workflowId) !== 'all') return true
            if (working) {
              known.halted = true
              return false
            }
          }
          const claim: Claim = { id: ids.next('place'), run, placed: false, onPlace, halted: false }
          claims.set(place, claim)
          void exchange()
          return false
        },
        leave() {
          if (claims.delete(place)) void exchange()
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
        void exchange()
      }
    },
    setPause(workflowId, pause) {
      if (pause === null) paused.delete(workflowId)
      else paused.set(workflowId, pause)
      for (const claim of claims.values()) {
        if (!claim.halted || pause === 'all' || claim.run.workflowId !== workflowId) continue
        claim.halted = false
        claim.onPlace()
      }
      if (waiting()) void exchange()
    },
    // Asked of the store by whoever shows it.
    line: () => [],
    close() {
      closed = true
      unsubscribe()
    },
  }
}
