/** A stretch of text that both have, or that only one has. */
export type TextPiece = { kind: 'same' | 'removed' | 'added'; text: string }

export type DiffLimits = {
  /** Words that may differ before all between the common ends counts as replaced: what is told apart beyond helps nobody. */
  mostEdits: number
  /** A common word or two shorter than this, amid changes, are a coincidence: read as one change, they are easier to follow. */
  leastSame: number
}
const LIMITS: DiffLimits = { mostEdits: 800, leastSame: 8 }

/**
 * What turns `a` into `b`, by words: `same` and `removed` together are `a`, `same` and `added` are `b`. The shortest way
 * (Myers 1986) within the limits.
 */
export function diffText(a: string, b: string, { mostEdits, leastSame }: DiffLimits = LIMITS): TextPiece[] {
  const from = wordsOf(a)
  const to = wordsOf(b)
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1
  let tail = 0
  while (tail < from.length - head && tail < to.length - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1
  const left = from.slice(head, from.length - tail)
  const right = to.slice(head, to.length - tail)
  return joined(withoutCoincidences(joined([
    ...from.slice(0, head).map(same),
    ...(shortestWay(left, right, mostEdits) ?? [...left.map(removed), ...right.map(added)]),
    ...from.slice(from.length - tail).map(same),
  ]), leastSame))
}

const same = (text: string): TextPiece => ({ kind: 'same', text })
const removed = (text: string): TextPiece => ({ kind: 'removed', text })
const added = (text: string): TextPiece => ({ kind: 'added', text })

/** Each with the space behind it: spaces of their own would match anywhere and tear what changed into shreds. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}_]+\s*|[^\s\p{L}\p{M}\p{N}_]\s*|\s+/gu) ?? []
}

/** Undefined when more than `most` edits are needed. */
function shortestWay(a: readonly string[], b: readonly string[], most: number): TextPiece[] | undefined {
  // reach[d][k + d]: how far into `a` one comes on diagonal k with d edits.
  const reach: Int32Array[] = []
  for (let edits = 0; edits <= Math.min(most, a.length + b.length); edits++) {
    const before = reach[edits - 1]
    const now = new Int32Array(2 * edits + 1)
    reach.push(now)
    for (let k = -edits; k <= edits; k += 2) {
      let x = before ? startOf(before, edits - 1, k) : 0
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      now[k + edits] = x
      if (x >= a.length && x - k >= b.length) return wayBack(a, b, reach)
    }
  }
  return undefined
}

/** Where a line on diagonal `k` begins after the better of one word added (from k + 1) and one removed (from k - 1). */
function startOf(before: Int32Array, edits: number, k: number): number {
  const down = k + 1 <= edits ? before[k + 1 + edits]! : -1
  const right = k - 1 >= -edits ? before[k - 1 + edits]! + 1 : -1
  return Math.max(down, right)
}

function wayBack(a: readonly string[], b: readonly string[], reach: readonly Int32Array[]): TextPiece[] {
  const pieces: TextPiece[] = []
  let x = a.length
  let y = b.length
  for (let edits = reach.length - 1; edits >= 0; edits--) {
    const k = x - y
    const before = reach[edits - 1]
    const from = before ? startOf(before, edits - 1, k) : 0
    while (x > from) {
      x -= 1
      y -= 1
      pieces.push(same(a[x]!))
    }
    if (!before) break
    const down = k + 1 <= edits - 1 ? before[k + 1 + edits - 1]! : -1
    if (down === from) {
      y -= 1
      pieces.push(added(b[y]!))
    } else {
      x -= 1
      pieces.push(removed(a[x]!))
    }
  }
  return pieces.reverse()
}

/** Short common pieces between two changes count as changed as well; a line's end never does. */
function withoutCoincidences(pieces: readonly TextPiece[], leastSame: number): TextPiece[] {
  return pieces.flatMap((piece, index) => {
    const amid = piece.kind === 'same' && index > 0 && index < pieces.length - 1
    return amid && piece.text.trim().length < leastSame && !piece.text.includes('\n') ? [removed(piece.text), added(piece.text)] : [piece]
  })
}

/** Neighbours of a kind as one. Within a stretch of changes what was removed stands before what was added. */
function joined(pieces: readonly TextPiece[]): TextPiece[] {
  const out: TextPiece[] = []
  let gone = ''
  let come = ''
  const flush = () => {
    if (gone !== '') out.push(removed(gone))
    if (come !== '') out.push(added(come))
    gone = come = ''
  }
  for (const { kind, text } of pieces) {
    if (kind === 'removed') gone += text
    else if (kind === 'added') come += text
    else {
      flush()
      const last = out.at(-1)
      if (last?.kind === 'same') last.text += text
      else out.push(same(text))
    }
  }
  flush()
  return out
}
