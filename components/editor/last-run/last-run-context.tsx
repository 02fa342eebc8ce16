'use client'

import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { LastRunStore, LastRunView } from './last-run-store'

export const LastRunContext = createContext<LastRunStore | undefined>(undefined)

export function useLastRunStore(): LastRunStore {
  const store = useContext(LastRunContext)
  if (!store) throw new Error('Outside an editor')
  return store
}

/** A part of what is known of the last runs; pick a value that keeps its identity while nothing changed. */
export function useLastRun<T>(select: (view: LastRunView) => T): T {
  return useStore(useLastRunStore().view, select)
}
