'use client'

import { useSyncExternalStore } from 'react'

/** The clock, once a second while `active`; else it stands still. Whole seconds, so that a render in between agrees. */
export function useNow(active: boolean): number {
  return useSyncExternalStore(active ? everySecond : never, wholeSecond, () => 0)
}

function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, 1_000)
  return () => clearInterval(timer)
}

function never(): () => void {
  return () => undefined
}

function wholeSecond(): number {
  return Math.floor(Date.now() / 1_000) * 1_000
}
