'use client'

import { useCallback, useSyncExternalStore } from 'react'
import { isFinished } from '@/domain/run/run-state'
import type { RunStore } from './run-store'
import { useRunStore } from './run-context'

const STEP_MS = 100
const SPAN_STEP_MS = 250

/** The shown moment while `active`: exact while it stands still, in tenths of a second while it moves. Else it costs nothing. */
export function useMoment(active: boolean): number {
  const store = useRunStore()
  const read = () => {
    if (!active) return 0
    const { follow, head, playback } = store.view.getState()
    const still = follow ? isFinished(head) : playback.kind === 'still'
    return still ? store.position() : Math.floor(store.position() / STEP_MS) * STEP_MS
  }
  return useSyncExternalStore(useMovement(store, active, STEP_MS), read, read)
}

/** What the time line covers. The end of a run that goes on moves in quarter seconds, not in frames. */
export function useSpan(): { start: number; end: number } {
  const store = useRunStore()
  const start = useSyncExternalStore(store.view.subscribe, () => store.span().start, () => 0)
  const readEnd = () => {
    const { end } = store.span()
    return isFinished(store.view.getState().head) ? end : start + Math.ceil((end - start) / SPAN_STEP_MS) * SPAN_STEP_MS
  }
  const end = useSyncExternalStore(useMovement(store, true, SPAN_STEP_MS), readEnd, readEnd)
  return { start, end: Math.max(end, start + 1) }
}

/** Tells of every change of the view and, while time itself moves, of every `everyMs`. */
function useMovement(store: RunStore, active: boolean, everyMs: number) {
  return useCallback(
    (changed: () => void) => {
      if (!active) return () => undefined
      const stop = store.view.subscribe(changed)
      const timer = setInterval(() => {
        const { follow, head, playback } = store.view.getState()
        if (!isFinished(head) || (!follow && playback.kind === 'playing')) changed()
      }, everyMs)
      return () => {
        stop()
        clearInterval(timer)
      }
    },
    [store, active, everyMs],
  )
}
