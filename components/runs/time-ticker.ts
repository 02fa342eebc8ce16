/**
 * One timer for all who show a moving time: what it tells is told to all in one turn, so that the page draws once for all.
 * It runs only while somebody listens.
 */
export type TimeTicker = { subscribe(listener: () => void): () => void }

export function createTimeTicker(everyMs: number, moves: () => boolean): TimeTicker {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    subscribe(given) {
      // A listener of its own, even where the same function listens twice.
      const listener = () => given()
      listeners.add(listener)
      timer ??= setInterval(() => {
        if (moves()) for (const one of listeners) one()
      }, everyMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
