import { DDSketch } from '@datadog/sketches-js'
import { z } from 'zod'

/** A percentile is at most this share of itself off. Samples are stored with it: another value would need another field. */
export const SKETCH_ACCURACY = 0.01

const { mapping } = new DDSketch({ relativeAccuracy: SKETCH_ACCURACY })

/** Durations by size, as counts that can be added: `bins` are [bin, count] by bin, `zero` those of no length. */
export const DurationSketch = z.object({ zero: z.int(), bins: z.array(z.tuple([z.int(), z.int()])) })
export type DurationSketch = z.infer<typeof DurationSketch>

export function sketchOf(durationMs: number): DurationSketch {
  return durationMs > mapping.minPossible ? { zero: 0, bins: [[mapping.key(durationMs), 1]] } : { zero: 1, bins: [] }
}

/** Exactly what all of them together would have been, in any order. */
export function mergeSketches(sketches: readonly DurationSketch[]): DurationSketch {
  const counts = new Map<number, number>()
  let zero = 0
  for (const sketch of sketches) {
    zero += sketch.zero
    for (const [bin, count] of sketch.bins) counts.set(bin, (counts.get(bin) ?? 0) + count)
  }
  return { zero, bins: [...counts].sort(([a], [b]) => a - b) }
}

/** The values at shares of the count, by nearest rank as everywhere, in the order asked. NaN: nothing was measured. */
export function quantilesOf({ zero, bins }: DurationSketch, shares: readonly number[]): number[] {
  const sketch = new DDSketch({ relativeAccuracy: SKETCH_ACCURACY })
  for (const [bin, count] of bins) sketch.store.add(bin, count)
  sketch.zeroCount = zero
  sketch.count = zero + sketch.store.count
  return shares.map((share) => {
    const rank = Math.max(0, Math.ceil(share * sketch.count) - 1)
    // The library takes the share of the places between first and last. The middle of a rank is safe from rounding.
    return sketch.getValueAtQuantile(sketch.count === 1 ? 0 : Math.min(1, (rank + 0.5) / (sketch.count - 1)))
  })
}
