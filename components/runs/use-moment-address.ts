'use client'

import { useEffect } from 'react'
import { useRunStore, useRunView } from './run-context'
import type { RunStore } from './run-store'
import { addressWithMoment, momentOfAddress, type AddressMoment } from './time-keys'

const SETTLE_MS = 150

/** The address names the shown moment, and opening it shows that moment. While playing it is left alone: browsers limit how often it may change. */
export function useMomentAddress(): void {
  const store = useRunStore()
  const ready = useRunView((view) => view.loading.kind === 'ready')
  useEffect(() => {
    if (!ready) return
    const goTo = () => {
      const asked = momentOfAddress(window.location.search)
      if (asked !== undefined) store.showSeq(Math.min(asked.seq, store.timeline.headSeq), asked.afterMs)
    }
    goTo()
    // A link may also name the step it speaks of.
    const step = new URLSearchParams(window.location.search).get('step')
    if (step !== null) store.select(step)
    let timer: ReturnType<typeof setTimeout> | undefined
    let written = window.location.search
    const write = () => {
      const { follow, shown, playback } = store.view.getState()
      if (playback.kind === 'playing' && !follow) return
      const search = addressWithMoment(window.location.search, follow ? undefined : momentAt(store, shown.seq))
      if (search === written) return
      written = search
      window.history.replaceState(window.history.state, '', window.location.pathname + search + window.location.hash)
    }
    const stop = store.view.subscribe(() => {
      clearTimeout(timer)
      timer = setTimeout(write, SETTLE_MS)
    })
    // Back and forward lead to the moments of those addresses.
    window.addEventListener('popstate', goTo)
    return () => {
      clearTimeout(timer)
      stop()
      window.removeEventListener('popstate', goTo)
    }
  }, [store, ready])
}

function momentAt(store: RunStore, shownSeq: number): AddressMoment {
  const seq = Math.max(1, shownSeq)
  return { seq, afterMs: Math.max(0, Math.round(store.position() - (store.timeline.timeOf(seq) ?? 0))) }
}
