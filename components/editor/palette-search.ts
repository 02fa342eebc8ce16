/** Something the command palette offers, and the words it is found by, the weightiest first. */
export type Findable = { words: readonly string[] }

/**
 * What answers to a search, best first: each word typed has to occur somewhere. Ones that begin with it come before
 * ones that hold it, in the first word before the others; equals keep their order.
 * @param limit answers at most
 */
export function findBest<T extends Findable>(entries: readonly T[], search: string, limit: number): T[] {
  const wanted = plain(search).split(/\s+/).filter((word) => word !== '')
  if (wanted.length === 0) return entries.slice(0, limit)
  const ranked = entries.flatMap((entry) => {
    const rank = rankOf(entry.words.map(plain), wanted)
    return rank === undefined ? [] : [{ entry, rank }]
  })
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, limit).map(({ entry }) => entry)
}

/** The lower the better; undefined when a word occurs nowhere. */
function rankOf(words: readonly string[], wanted: readonly string[]): number | undefined {
  let sum = 0
  for (const want of wanted) {
    const ranks = words.flatMap((word, place) => {
      const at = word.indexOf(want)
      // Where Korean parts its words is a matter of taste.
      if (at < 0) return word.replace(/\s+/g, '').includes(want) ? [place * 3 + 2] : []
      return [place * 3 + (at === 0 ? 0 : /\s/.test(word[at - 1]!) ? 1 : 2)]
    })
    if (ranks.length === 0) return undefined
    sum += Math.min(...ranks)
  }
  return sum
}

/** Hangul may come composed or in single letters, Latin in either case. */
function plain(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
