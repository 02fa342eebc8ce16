/** Characters after which a block ends, at the end of a line: what comes then lays out one block, not the whole text. */
export const BLOCK = 4_000

/** Of the page, what a text needs to be written on it. */
export type Sheet<Block> = { begin: (text: string) => Block; add: (block: Block, text: string) => void; clear: () => void }

/**
 * Writes a text that grows. What stands is not touched, so that a selection in it stays; only a text that is another one
 * (of an earlier moment, of another attempt) is written anew.
 */
export function createTextWriter<Block>({ begin, add, clear }: Sheet<Block>): (text: string) => void {
  let written = ''
  let last: { block: Block; length: number } | undefined
  return (text) => {
    if (!text.startsWith(written)) {
      clear()
      written = ''
      last = undefined
    }
    let from = written.length
    while (from < text.length) {
      if (last && last.length >= BLOCK && text[from - 1] === '\n') last = undefined
      // A line is never cut: a block ends where the page breaks anyway.
      const line = text.indexOf('\n', Math.max(from, from + BLOCK - (last?.length ?? 0) - 1))
      const to = line < 0 ? text.length : line + 1
      const piece = text.slice(from, to)
      if (last) {
        add(last.block, piece)
        last.length += piece.length
      } else last = { block: begin(piece), length: piece.length }
      from = to
    }
    written = text
  }
}
