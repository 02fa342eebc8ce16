'use client'

import { useCallback, useSyncExternalStore } from 'react'
import { useRunStore } from './run-context'

const STEP_MS = 100

/** The shown moment in tenths of a second while `active`, for times that count up; else it costs nothing. */
export function useMoment(active: boolean): number {
  const store = useRunStore()
  const subscribe = useCallback(
    (changed: () => void) => {
      if (!active) return () => undefined
      const stop = store.view.subscribe(changed)
      const timer = setInterval(changed, STEP_MS)
      return () => {
        stop()
        clearInterval(timer)
      }
    },
    [store, active],
  )
  return useSyncExternalStore(subscribe, () => (active ? Math.floor(store.position() / STEP_MS) * STEP_MS : 0), () => 0)
}
