import type { Signal, Signals } from '@/server/ports/signals'

/** Signals between parts of one process that stand for several. @returns a Signals for each of them */
export function createSignalHub(): () => Signals {
  const all = new Set<(signal: Signal) => void>()
  return () => {
    const own = new Set<(signal: Signal) => void>()
    return {
      send: (signal) => all.forEach((listener) => own.has(listener) || listener(signal)),
      subscribe(listener) {
        all.add(listener)
        own.add(listener)
        return () => {
          all.delete(listener)
          own.delete(listener)
        }
      },
    }
  }
}
