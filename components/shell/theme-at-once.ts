import { useTheme } from 'next-themes'
import { useEffect, useRef } from 'react'

/**
 * A theme comes at once: colours that fade into each other, each at its own pace, would show half of both. What the provider of
 * themes offers for that has the style of the whole page worked out anew, four times, at every opening.
 * Its children's effects run before its own: what is held here is held before the theme is there.
 */
export function useThemeAtOnce(): void {
  const { theme } = useTheme()
  const shown = useRef(theme)
  useEffect(() => {
    if (shown.current !== theme) holdTransitions()
    shown.current = theme
  }, [theme])
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', holdTransitions)
    return () => system.removeEventListener('change', holdTransitions)
  }, [])
}

/** Until the next frame has been drawn (app/globals.css). */
function holdTransitions(): void {
  const { dataset } = document.documentElement
  dataset.atOnce = ''
  requestAnimationFrame(() => requestAnimationFrame(() => delete dataset.atOnce))
}
