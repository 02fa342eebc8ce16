'use client'

import { useCallback, useSyncExternalStore } from 'react'
import { isFinished } from '@/domain/run/run-state'
import type { RunStore } from './run-store'
import { useRunStore } from './run-context'
import { STEP_MS } from './shown-moment'
import { createTimeTicker, type TimeTicker } from './time-ticker'

const SPAN_STEP_MS = 250
/** Of a long run a step this fine is less than a pixel. */
const SPAN_STEPS = 1_500

/** What is made of the shown moment, exact while it stands still, in tenths of a second while it moves: who asks is drawn again only as that changes. */
export function useAtMoment<T extends string | number | undefined>(of: (moment: number) => T): T {
  const store = useRunStore()
  const read = () => of(store.moment.read())
  return useSyncExternalStore(useMovement(store, true), read, read)
}

/** The shown moment while `active`. Else it costs nothing. */
export function useMoment(active: boolean): number {
  const store = useRunStore()
  const read = () => (active ? store.moment.read() : 0)
  return useSyncExternalStore(useMovement(store, active), read, read)
}

/** What the time line covers. The end of a run that goes on moves in steps that an eye can tell apart, not in frames. */
export function useSpan(): { start: number; end: number } {
  const store = useRunStore()
  const start = useSyncExternalStore(store.view.subscribe, () => store.span().start, () => 0)
  const readEnd = () => {
    const { end } = store.span()
    return isFinished(store.view.getState().head) ? end : start + roundedUp(end - start)
  }
  const end = useSyncExternalStore(useMovement(store, true), readEnd, readEnd)
  return { start, end: Math.max(end, start + 1) }
}

/** To whole steps; they double as the run grows, so that the end never goes back. */
export function roundedUp(ms: number): number {
  const step = SPAN_STEP_MS * 2 ** Math.max(0, Math.floor(Math.log2(ms / (SPAN_STEPS * SPAN_STEP_MS))))
  return Math.ceil(ms / step) * step
}

const tickers = new WeakMap<RunStore, TimeTicker>()

function tickerOf(store: RunStore): TimeTicker {
  const known = tickers.get(store)
  if (known) return known
  const ticker = createTimeTicker(STEP_MS, () => {
    store.moment.update()
    return store.moves() || !isFinished(store.view.getState().head)
  })
  tickers.set(store, ticker)
  return ticker
}

/** Tells of every change of the view and, while time itself moves, of its steps. */
function useMovement(store: RunStore, active: boolean) {
  return useCallback(
    (changed: () => void) => {
      if (!active) return () => undefined
      const stops = [store.view.subscribe(changed), tickerOf(store).subscribe(changed)]
      return () => {
        for (const stop of stops) stop()
      }
    },
    [store, active],
  )
}
