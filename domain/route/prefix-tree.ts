/**
 * Prompts as chained block hashes, what they share standing once: a radix tree of segments. Putting a prompt in or taking
 * it out walks segments, not blocks; what is copied is only what no other prompt has.
 * T1. Equal at k means equal before k. So a segment that agrees in its last block agrees, and else the first difference is found by bisection.
 * T2. `size` is the number of different blocks of the prompts that are in it.
 * T3. A segment with one continuation is the end of some prompt: there are at most twice as many segments as prompts.
 */
export type PrefixTree = { size: number; readonly roots: Map<number, Segment> }

/** Continuations by their first block; undefined where there are none. `prompts`: how many go through it whole. */
type Segment = { blocks: readonly number[]; prompts: number; next: Map<number, Segment> | undefined }

export function createPrefixTree(): PrefixTree {
  return { size: 0, roots: new Map() }
}

/** @returns how many leading blocks of the prompt are in the tree */
export function sharedBlocks(tree: PrefixTree, blocks: readonly number[]): number {
  let level: ReadonlyMap<number, Segment> | undefined = tree.roots
  let at = 0
  while (level && at < blocks.length) {
    const segment: Segment | undefined = level.get(blocks[at] as number)
    if (!segment) break
    const common = commonAt(segment.blocks, blocks, at)
    at += common
    if (common < segment.blocks.length) break
    level = segment.next
  }
  return at
}

/** @param count of the leading blocks that count */
export function addPrompt(tree: PrefixTree, blocks: readonly number[], count = blocks.length): void {
  let level = tree.roots
  for (let at = 0; at < count; ) {
    const segment = level.get(blocks[at] as number)
    if (!segment) {
      level.set(blocks[at] as number, { blocks: blocks.slice(at, count), prompts: 1, next: undefined })
      tree.size += count - at
      return
    }
    const common = Math.min(commonAt(segment.blocks, blocks, at), count - at)
    if (common < segment.blocks.length) split(segment, common)
    segment.prompts += 1
    at += common
    if (at < count) level = segment.next ??= new Map()
  }
}

/** Takes out a prompt that was put in with the same blocks. */
export function removePrompt(tree: PrefixTree, blocks: readonly number[]): void {
  let level = tree.roots
  let last: Segment | undefined
  for (let at = 0; at < blocks.length; ) {
    const segment = level.get(blocks[at] as number)
    if (!segment) return
    segment.prompts -= 1
    if (segment.prompts === 0) {
      // Whatever follows belonged to this prompt alone.
      level.delete(blocks[at] as number)
      tree.size -= blocks.length - at
      break
    }
    at += segment.blocks.length
    last = segment
    if (!segment.next) break
    level = segment.next
  }
  if (last?.next) joinOnly(last, last.next)
}

function split(segment: Segment, at: number): void {
  const rest: Segment = { blocks: segment.blocks.slice(at), prompts: segment.prompts, next: segment.next }
  segment.blocks = segment.blocks.slice(0, at)
  segment.next = new Map([[rest.blocks[0] as number, rest]])
}

/** T3, after a prompt that ended or branched off here is gone. */
function joinOnly(segment: Segment, next: Map<number, Segment>): void {
  if (next.size === 0) segment.next = undefined
  if (next.size !== 1) return
  const [only] = next.values() as Iterable<Segment> as [Segment]
  if (only.prompts !== segment.prompts) return
  segment.blocks = segment.blocks.concat(only.blocks)
  segment.next = only.next
}

/** @returns how many blocks of the segment the prompt goes on with from `at` (T1) */
function commonAt(segment: readonly number[], blocks: readonly number[], at: number): number {
  let known = 1
  let unknown = Math.min(segment.length, blocks.length - at)
  if (segment[unknown - 1] === blocks[at + unknown - 1]) return unknown
  while (known < unknown) {
    const middle = (known + unknown) >> 1
    if (segment[middle] === blocks[at + middle]) known = middle + 1
    else unknown = middle
  }
  return known
}
