import 'server-only'
import { setImmediate } from 'node:timers/promises'

/** Ids of the first window: the newest lines mostly fit. The next is twice as wide, up to the widest. */
const FIRST_WINDOW = 2_000
/** The reading connection is synchronous: this is how much a search keeps everything else waiting, some 10 ms. */
const WIDEST_WINDOW = 16_000
/** Ids that one page looks through before it comes back with what it has. */
const MOST_IDS = 500_000

/** Ids above `above`, up to `upTo`. */
export type IdWindow = { above: number; upTo: number }

/** Every window of `within`, lowest first; whoever else needs this thread has its turn between two. */
export async function* windowsOf({ above, upTo }: IdWindow): AsyncGenerator<IdWindow> {
  for (let from = above; from < upTo; from += WIDEST_WINDOW) {
    yield { above: from, upTo: Math.min(upTo, from + WIDEST_WINDOW) }
    await setImmediate()
  }
}

/**
 * Looks through ids window by window, until `limit` rows are found, `within` is through, or enough was looked at.
 * Whoever else needs this thread has its turn between two windows.
 * @param find up to `take` rows of a window, in the direction given
 * @param indexed an index leads straight to the rows: one window holds all
 * @returns rows in that direction, and the id to go on from; undefined: all was looked through
 */
export async function lookThrough<Row extends { id: number }>(
  within: IdWindow, direction: 'forward' | 'back', limit: number, find: (window: IdWindow, take: number) => Promise<Row[]>,
  indexed: boolean,
): Promise<{ rows: Row[]; goOn: number | undefined }> {
  const rows: Row[] = []
  let { above, upTo } = within
  let looked = 0
  for (let width = indexed ? Infinity : FIRST_WINDOW; above < upTo; width = Math.min(2 * width, WIDEST_WINDOW)) {
    const window = direction === 'forward' ? { above, upTo: Math.min(upTo, above + width) } : { above: Math.max(above, upTo - width), upTo }
    rows.push(...(await find(window, limit + 1 - rows.length)))
    // The row too many says that there are more; it begins the next page.
    if (rows.length > limit) return { rows: rows.slice(0, limit), goOn: rows[limit - 1]!.id }
    if (direction === 'forward') above = window.upTo
    else upTo = window.above
    looked += width
    if (looked >= MOST_IDS && above < upTo) return { rows, goOn: direction === 'forward' ? above : upTo + 1 }
    await setImmediate()
  }
  return { rows, goOn: undefined }
}
