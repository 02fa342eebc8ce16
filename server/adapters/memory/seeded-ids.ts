import type { Ids } from '@/server/ports/ids'

/** Ids and chance that repeat under a seed: `run_000001`, `run_000002` … (mulberry32). */
export function createSeededIds(seed = 1): Ids {
  let state = seed >>> 0
  let count = 0
  return {
    next: (prefix) => `${prefix}_${String(++count).padStart(6, '0')}`,
    secret: () => `secret${String(++count).padStart(37, '0')}`,
    random: () => {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    },
  }
}
