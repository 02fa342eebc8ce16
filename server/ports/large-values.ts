import { createHash } from 'node:crypto'
import { itemCount, LARGE_BYTES, previewOf, tellsCalls, valuesOf, withValues, type LargeRefs, type ValuePlace } from '@/domain/run/large-value'
import type { RunFact } from '@/domain/run/run-event'

/** A value as it is kept apart. */
export type LargeJson = { hash: string; bytes: number; json: string }
/** An event without its large values, what stood where, and those values. */
export type Parted<Fact> = { fact: Fact; refs: LargeRefs; values: LargeJson[] }

/** UTF-8 takes at most so many bytes for one unit of a string. */
const MOST_BYTES_A_UNIT = 3

/**
 * Takes the values out of an event that are beyond the bound; null stands in their places.
 * @param json the event as JSON, where it is at hand: a short one is not looked at again
 * @returns undefined where it has none
 */
export function partLarge<Fact extends RunFact>(fact: Fact, json?: string): Parted<Fact> | undefined {
  if (json !== undefined && json.length * MOST_BYTES_A_UNIT <= LARGE_BYTES) return undefined
  const refs: LargeRefs = {}
  const values: LargeJson[] = []
  const gone = new Map<ValuePlace, null>()
  for (const [place, value] of valuesOf(fact)) {
    const text = JSON.stringify(value)
    if (text.length * MOST_BYTES_A_UNIT <= LARGE_BYTES) continue
    const bytes = Buffer.byteLength(text)
    if (bytes <= LARGE_BYTES || tellsCalls(value)) continue
    const items = itemCount(value)
    const hash = createHash('sha256').update(text).digest('hex')
    refs[place] = { hash, bytes, preview: previewOf(value, text), ...(items !== undefined && { items }) }
    values.push({ hash, bytes, json: text })
    gone.set(place, null)
  }
  return values.length === 0 ? undefined : { fact: withValues(fact, gone), refs, values }
}
