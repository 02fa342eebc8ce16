'use client'

import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Step } from '@/domain/run/run-state'
import { openRun } from './run-feed'
import type { RunStore, RunView } from './run-store'

const RunContext = createContext<{ runId: string; store: RunStore } | undefined>(undefined)

/** Opens the run's log for everything below; another run id opens another store. */
export function RunProvider({ runId, loading, children }: { runId: string; loading: ReactNode; children: ReactNode }) {
  const [opened, setOpened] = useState<{ runId: string; store: RunStore }>()
  useEffect(() => {
    const { store, close } = openRun(runId)
    // The store belongs to the connection that fills it, so it begins and ends with this effect.
     
    setOpened({ runId, store })
    return close
  }, [runId])
  if (opened?.runId !== runId) return loading
  return <RunContext value={opened}>{children}</RunContext>
}

export function useRunStore(): RunStore {
  return useOpened().store
}

export function useRunId(): string {
  return useOpened().runId
}

/** A part of the view; pick a value that keeps its identity while nothing changed. */
export function useRunView<T>(select: (view: RunView) => T): T {
  return useStore(useOpened().store.view, select)
}

/** A part of the view that is made anew each time: the same again while `same` says so. */
export function useSameOfRun<T>(select: (view: RunView) => T, same: (a: T, b: T) => boolean): T {
  const kept = useRef<{ value: T }>(undefined)
  return useRunView((view) => {
    const value = select(view)
    if (!kept.current || !same(kept.current.value, value)) kept.current = { value }
    return kept.current.value
  })
}

/** The step at the shown moment: unchanged steps keep their identity from frame to frame. */
export function useShownStep(key: string | undefined): Step | undefined {
  return useRunView((view) => (key === undefined ? undefined : view.shown.steps[key]))
}

function useOpened() {
  const opened = useContext(RunContext)
  if (!opened) throw new Error('Outside a RunProvider')
  return opened
}
