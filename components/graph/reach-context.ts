'use client'

import { createContext, useContext } from 'react'
import type { Reach } from './reach'

/** From how far out the canvas is seen; told once a change, not asked by each node at each step of a zoom. */
export const ReachContext = createContext<Reach>('near')

export function useReach(): Reach {
  return useContext(ReachContext)
}
