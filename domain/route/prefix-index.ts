/**
 * Which prompts each instance has probably still in its prefix cache, learnt from what was routed there.
 * P1. A block's hash covers every byte before it, model and cache salt included: equal hash, equal prefix.
 * P2. What an instance holds is closed under prefixes: whoever has block k has blocks 0..k-1. So it is kept as a tree
 *     (prefix-tree.ts), and what is forgotten is all that was not used for a while, at once.
 * P3. An instance holds at most `capacity` blocks.
 * P4. Beside what is guessed stands what engines say themselves (exact-index.ts). Exact blocks are negative numbers:
 *     a prompt is looked up by blocks of one kind.
 */
import { addPrompt, createPrefixTree, sharedBlocks, type PrefixTree } from './prefix-tree'

export type PrefixIndex = { readonly capacity: number; readonly byInstance: Map<string, Held>; readonly exact: Map<string, Set<number>> }

/** Two generations: a prompt that is used again moves to the young one whole, so the old one can go without breaking P2. */
type Held = { young: PrefixTree; old: PrefixTree }

/** Tokens that an exact block stands for: a multiple of the engines' block sizes, and about what a guessed one covers. */
export const UNIT_TOKENS = 64

/** Bytes in a block: about 64 tokens of English, four of vLLM's blocks. */
export const BLOCK_BYTES = 256
/** 16,384 blocks are 4 MiB of prompts, about a million tokens an instance. */
export const DEFAULT_CAPACITY = 16_384

export function createPrefixIndex(capacity = DEFAULT_CAPACITY): PrefixIndex {
  return { capacity, byInstance: new Map(), exact: new Map() }
}

/** Whether the instance is known to hold so many leading blocks of the prompt. */
export function holdsBlocks(index: PrefixIndex, instanceId: string, hashes: readonly number[], count: number): boolean {
  if (count > hashes.length) return false
  if (count === 0) return true
  if (isExact(hashes)) return index.exact.get(instanceId)?.has(hashes[count - 1] as number) ?? false
  const held = index.byInstance.get(instanceId)
  return held !== undefined && (sharedBlocks(held.young, hashes) >= count || sharedBlocks(held.old, hashes) >= count)
}

/** @returns how many leading blocks the instance is known to hold */
export function cachedBlocks(index: PrefixIndex, instanceId: string, hashes: readonly number[]): number {
  if (isExact(hashes)) {
    const held = index.exact.get(instanceId)
    return held ? leading(held, hashes) : 0
  }
  const held = index.byInstance.get(instanceId)
  return held ? Math.max(sharedBlocks(held.young, hashes), sharedBlocks(held.old, hashes)) : 0
}

const isExact = (hashes: readonly number[]): boolean => (hashes[0] ?? 0) < 0

/**
 * Notes that the prompt went to the instance.
 * @param capacity blocks that the instance has room for, where known
 */
export function recordPrefix(index: PrefixIndex, instanceId: string, hashes: readonly number[], capacity = index.capacity): void {
  // What an engine holds, it says itself.
  if (isExact(hashes)) return
  const most = Math.min(capacity, index.capacity)
  const count = Math.min(hashes.length, most)
  let held = index.byInstance.get(instanceId)
  if (!held) index.byInstance.set(instanceId, (held = { young: createPrefixTree(), old: createPrefixTree() }))
  if (held.young.size + count > most / 2 && held.young.size > 0) {
    held.old = held.young
    held.young = createPrefixTree()
  }
  addPrompt(held.young, hashes, count)
  if (held.young.size + held.old.size > most) held.old = createPrefixTree()
}

/** @returns how many of the blocks a set holds that is closed under prefixes */
function leading(set: ReadonlySet<number>, hashes: readonly number[]): number {
  let known = 0
  for (let unknown = hashes.length; known < unknown; ) {
    const middle = (known + unknown) >> 1
    if (set.has(hashes[middle] as number)) known = middle + 1
    else unknown = middle
  }
  return known
}

/** Blocks that the instance is thought to hold; one in both generations counts twice. */
export function blocksHeld(index: PrefixIndex, instanceId: string): number {
  const held = index.byInstance.get(instanceId)
  return held ? held.young.size + held.old.size : 0
}

/** An instance that restarted has an empty cache. */
export function forgetInstance(index: PrefixIndex, instanceId: string): void {
  index.byInstance.delete(instanceId)
}

/** The exact blocks of an instance, to be changed by what it says. */
export function exactBlocksOf(index: PrefixIndex, instanceId: string): Set<number> {
  let held = index.exact.get(instanceId)
  if (!held) index.exact.set(instanceId, (held = new Set()))
  return held
}

export function forgetExact(index: PrefixIndex, instanceId: string): void {
  index.exact.delete(instanceId)
}

/**
 * Hashes of the full blocks of a rendered prompt, each chained to the one before; a last partial block has none.
 * @param seed what else the engine's own hash covers: model, LoRA, cache salt
 * @param limit blocks at most
 */
export function blockHashes(prompt: Uint8Array, seed: string, limit = DEFAULT_CAPACITY): number[] {
  let low = 0x9747b28c
  let high = 0x5bd1e995
  for (let i = 0; i < seed.length; i++) {
    low = Math.imul(low ^ seed.charCodeAt(i), 0x01000193)
    high = Math.imul(high + seed.charCodeAt(i), 0x85ebca6b)
  }
  const hashes: number[] = []
  const blocks = Math.min(limit, Math.floor(prompt.length / BLOCK_BYTES))
  for (let block = 0, at = 0; block < blocks; block++) {
    for (const end = at + BLOCK_BYTES; at < end; at += 4) {
      const word = (prompt[at] as number) | ((prompt[at + 1] as number) << 8) | ((prompt[at + 2] as number) << 16) | ((prompt[at + 3] as number) << 24)
      low = Math.imul(low ^ Math.imul(word, 0xcc9e2d51), 0x1b873593)
      low = (low << 13) | (low >>> 19)
      high = Math.imul(high ^ word, 0x85ebca77) ^ low
      high = (high << 17) | (high >>> 15)
    }
    low = finish(low ^ block)
    high = finish(high + low)
    hashes.push((low >>> 0) + (high & 0x1fffff) * 0x1_0000_0000)
  }
  return hashes
}

/** Murmur3's last step: every input bit reaches every output bit. */
function finish(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
