'use client'

import { startTransition, useEffect, useState, type ReactNode } from 'react'

/** What stands beside the canvas: drawn when the first frame of the canvas is on the screen. Keep its place free, so that nothing moves when it comes. */
export function Afterwards({ children }: { children: ReactNode }) {
  const [shown, show] = useState(false)
  useEffect(() => {
    let task: ReturnType<typeof setTimeout>
    // Work of a frame comes before its painting, a task after it.
    const frame = requestAnimationFrame(() => (task = setTimeout(() => startTransition(() => show(true)))))
    return () => (cancelAnimationFrame(frame), clearTimeout(task))
  }, [])
  return shown ? children : null
}
