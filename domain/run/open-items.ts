import type { Failure } from './run-event'

/** Of a map at work: the items that have steps to do, in order, and the first that failed. */
export type OpenItems = { open: number[]; failure?: { index: number; error: Failure; key: string } }

/**
 * What is known of the maps of one run, kept by whoever plans it again and again. What is settled stays so: an item that
 * is done is not looked at any more, and what a plan costs does not grow with the run.
 */
export type KnownItems = {
  /** @param make when nothing is known of this attempt of the map */
  of(mapKey: string, attempt: number, make: () => OpenItems): OpenItems
  find(mapKey: string): OpenItems | undefined
}

export function createKnownItems(): KnownItems {
  const known = new Map<string, { attempt: number; items: OpenItems }>()
  return {
    of(mapKey, attempt, make) {
      const found = known.get(mapKey)
      if (found?.attempt === attempt) return found.items
      const items = make()
      known.set(mapKey, { attempt, items })
      return items
    },
    find: (mapKey) => known.get(mapKey)?.items,
  }
}
