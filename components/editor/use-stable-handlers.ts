'use client'

import { useLayoutEffect, useRef, useState } from 'react'

type Handlers = Record<string, (...args: never[]) => unknown>

/**
 * Handlers that keep their identity and call the newest. React Flow hands its handlers on to every node and edge:
 * a new one draws all of them again, at every step of a drag.
 */
export function useStableHandlers<T extends Handlers>(handlers: T): T {
  const newest = useRef<Handlers>(handlers)
  useLayoutEffect(() => {
    newest.current = handlers
  })
  // The same names with the same types: what `Object.fromEntries` cannot say.
  const [stable] = useState(() => Object.fromEntries(Object.keys(handlers).map((name) => [name, (...args: never[]) => newest.current[name]!(...args)])) as T)
  return stable
}
