'use client'

import { useEffect } from 'react'
import { useRunStore, useRunView } from './run-context'
import { addressWithSeq, seqOfAddress } from './time-keys'

const SETTLE_MS = 150

/** The address names the shown moment, and opening it shows that moment. While playing it is left alone: browsers limit how often it may change. */
export function useMomentAddress(): void {
  const store = useRunStore()
  const ready = useRunView((view) => view.loading.kind === 'ready')
  useEffect(() => {
    if (!ready) return
    const asked = seqOfAddress(window.location.search)
    if (asked !== undefined) store.showSeq(Math.min(asked, store.timeline.headSeq))
    // A link may also name the step it speaks of.
    const step = new URLSearchParams(window.location.search).get('step')
    if (step !== null) store.select(step)
    let timer: ReturnType<typeof setTimeout> | undefined
    let written = asked
    const write = () => {
      const { follow, shown, playback } = store.view.getState()
      const seq = follow ? undefined : Math.max(1, shown.seq)
      if (playback.kind === 'playing' && !follow) return
      if (seq === written) return
      written = seq
      window.history.replaceState(window.history.state, '', window.location.pathname + addressWithSeq(window.location.search, seq) + window.location.hash)
    }
    const stop = store.view.subscribe(() => {
      clearTimeout(timer)
      timer = setTimeout(write, SETTLE_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [store, ready])
}
