import { BLOCK_SIZE, hashBlocks } from '@/server/fleet-sim/block-hash'
import { tokensOf, type CallSpec } from './workloads'

/** Tokens in a block of the router's index. */
export const BLOCK_TOKENS = 64

/** What the router's index reads of the prompt, and what the engine names the blocks of prompt and answer. */
export type KnownBlocks = { readonly router: readonly number[]; readonly engine: number[] }

const known = new WeakMap<CallSpec, KnownBlocks>()

/** A call's tokens are written out and hashed once, whatever the number of policies that it is put before. */
export function knownBlocksOf(call: CallSpec): KnownBlocks {
  let blocks = known.get(call)
  if (!blocks) {
    const tokens = tokensOf([...call.prompt, ...call.output])
    const engine: number[] = []
    hashBlocks(engine, Math.floor(tokens.length / BLOCK_SIZE), (index) => tokens[index]!)
    known.set(call, (blocks = { router: blocksOf(tokensOf(call.prompt)), engine }))
  }
  return blocks
}

/** Chained hashes of the full blocks. */
function blocksOf(tokens: readonly number[]): number[] {
  const hashes: number[] = []
  let low = 17
  let high = 31
  for (let start = 0; start + BLOCK_TOKENS <= tokens.length; start += BLOCK_TOKENS) {
    for (let index = start; index < start + BLOCK_TOKENS; index++) {
      const token = tokens[index]!
      low = Math.imul(low ^ (token >>> 0), 0x01000193)
      high = Math.imul(high + (token >>> 0) + Math.floor(token / 4_294_967_296), 0x85ebca6b) ^ (low >>> 15)
    }
    hashes.push((low >>> 0) + (high & 0x1fffff) * 4_294_967_296)
  }
  return hashes
}
