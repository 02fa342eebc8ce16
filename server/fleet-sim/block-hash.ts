import { hashText, mix32 } from './seeded-random'

/** Tokens in one KV block, vLLM's default on CUDA. */
export const BLOCK_SIZE = 16

/** The parent of a sequence's first block; a cache salt gives a tree of its own, and so does a LoRA adapter. */
export function rootHash(cacheSalt?: string, lora?: string): number {
  // No salt has a slash in it.
  if (lora !== undefined) return 2 + hashText(`${lora}/${cacheSalt ?? ''}`)
  return cacheSalt === undefined ? 1 : 2 + hashText(cacheSalt)
}

/**
 * The hash of a full block: it depends on all tokens before it through `parent`.
 * 53 bits, so that it stays an exact number; a collision needs some 10^8 blocks.
 * @param start index of the block's first token
 * @see https://docs.vllm.ai/en/latest/design/prefix_caching.html
 */
export function blockHash(parent: number, tokenAt: (index: number) => number, start: number): number {
  const parentHigh = Math.floor(parent / 0x200000)
  let high = mix32(parentHigh ^ 0x9e3779b9)
  let low = mix32((parent & 0x1fffff) ^ 0x85ebca6b)
  for (let i = start; i < start + BLOCK_SIZE; i++) {
    const token = tokenAt(i)
    const bits = (token >>> 0) ^ Math.imul(Math.floor(token / 4294967296) + 1, 0x27d4eb2f)
    high = Math.imul(high ^ bits, 0x01000193) + i
    low = Math.imul(low ^ mix32(bits + high), 0x5bd1e995)
  }
  return mix32(high) * 0x200000 + (mix32(low) & 0x1fffff)
}

/** Goes on with the hashes of a sequence's full blocks until there are `count`. */
export function hashBlocks(hashes: number[], count: number, tokenAt: (index: number) => number, root = rootHash()): void {
  while (hashes.length < count) hashes.push(blockHash(hashes.at(-1) ?? root, tokenAt, hashes.length * BLOCK_SIZE))
}
