import type { Discovery } from '@/server/ports/discovery'

/** A source that is read again and again. `again`: asks for the next look, and returns how to give it up. */
export function polled(name: string, read: () => Promise<readonly string[]>, again: (look: () => void) => () => void): Discovery {
  return {
    name,
    watch(onUrls, onTrouble) {
      let told: string | undefined
      let trouble: string | undefined
      let giveUp: (() => void) | undefined
      let stopped = false
      async function look(): Promise<void> {
        try {
          const urls = [...new Set(await read())].sort()
          trouble = undefined
          if (!stopped && urls.join() !== told) {
            told = urls.join()
            onUrls(urls)
          }
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          if (!stopped && reason !== trouble) onTrouble((trouble = reason))
        }
        if (!stopped) giveUp = again(() => void look())
      }
      void look()
      return () => {
        stopped = true
        giveUp?.()
      }
    },
  }
}

/** The next look after so long. */
export function after(ms: number): (look: () => void) => () => void {
  return (look) => {
    const timer = setTimeout(look, ms)
    timer.unref()
    return () => clearTimeout(timer)
  }
}
