/**
 * What engines say that their KV caches hold, as blocks that a prompt's tokens can be looked up by. The engine's own
 * hash stays an opaque key; beside it runs a chain of ours over the token ids.
 * X1. A block is known when its parent is: one that hangs in the air is left out.
 * X2. A block held in several places (GPU, host) is gone when the last of them lets go.
 */
import { exactBlocksOf, forgetExact, UNIT_TOKENS, type PrefixIndex } from './prefix-index'

export type KvEvent =
  | { kind: 'stored'; keys: readonly string[]; parent?: string; tokens: readonly number[]; blockSize: number; lora?: string; /** Of each block, what its hash covers besides tokens: a cache salt, an image. */ extra?: readonly (string | undefined)[]; medium?: string }
  | { kind: 'removed'; keys: readonly string[]; medium?: string }
  | { kind: 'cleared' }

type Block = { chain: number; depth: number; mediums: Set<string> }

/** An engine has tens of thousands; one that names more has lost count of what it removed. */
const MOST_BLOCKS = 2_000_000

export function createExactIndex(prefixes: PrefixIndex) {
  const byInstance = new Map<string, Map<string, Block>>()

  function store(instanceId: string, blocks: Map<string, Block>, event: Extract<KvEvent, { kind: 'stored' }>): void {
    const held = exactBlocksOf(prefixes, instanceId)
    const parent = event.parent === undefined ? undefined : blocks.get(event.parent)
    if (event.parent !== undefined && !parent) return
    let { chain, depth } = parent ?? { chain: rootOf(event.lora), depth: 0 }
    const medium = event.medium ?? ''
    event.keys.forEach((key, index) => {
      const start = index * event.blockSize
      chain = chainOf(chain, event.tokens, start, start + event.blockSize, event.extra?.[index])
      depth += 1
      const known = blocks.get(key)
      if (known) known.mediums.add(medium)
      else blocks.set(key, { chain, depth, mediums: new Set([medium]) })
      if ((depth * event.blockSize) % UNIT_TOKENS === 0) held.add(-chain)
    })
  }

  function remove(instanceId: string, blocks: Map<string, Block>, key: string, medium: string): void {
    const block = blocks.get(key)
    if (!block?.mediums.delete(medium) || block.mediums.size > 0) return
    blocks.delete(key)
    exactBlocksOf(prefixes, instanceId).delete(-block.chain)
  }

  function forget(instanceId: string): void {
    byInstance.delete(instanceId)
    forgetExact(prefixes, instanceId)
  }

  return {
    apply(instanceId: string, events: readonly KvEvent[]): void {
      let blocks = byInstance.get(instanceId)
      if (!blocks) byInstance.set(instanceId, (blocks = new Map()))
      exactBlocksOf(prefixes, instanceId)
      for (const event of events) {
        switch (event.kind) {
          case 'stored':
            if (UNIT_TOKENS % event.blockSize === 0) store(instanceId, blocks, event)
            break
          case 'removed':
            for (const key of event.keys) remove(instanceId, blocks, key, event.medium ?? '')
            break
          case 'cleared':
            blocks.clear()
            exactBlocksOf(prefixes, instanceId).clear()
            break
        }
      }
      if (blocks.size > MOST_BLOCKS) forget(instanceId)
    },
    forget,
    /** Whether the instance tells what it holds. */
    knows: (instanceId: string): boolean => byInstance.has(instanceId),
    /** Engine blocks known there. */
    sizeOf: (instanceId: string): number => byInstance.get(instanceId)?.size ?? 0,
  }
}

/** The blocks of a prompt, as the index names them: one for each `UNIT_TOKENS` tokens. */
export function exactBlocks(tokens: readonly number[], { blockSize = 16, lora, salt }: { blockSize?: number; lora?: string; salt?: string } = {}): number[] {
  const blocks: number[] = []
  let chain = rootOf(lora)
  for (let start = 0; start + blockSize <= tokens.length; start += blockSize) {
    chain = chainOf(chain, tokens, start, start + blockSize, start === 0 ? salt : undefined)
    if ((start + blockSize) % UNIT_TOKENS === 0) blocks.push(-chain)
  }
  return blocks
}

function rootOf(lora: string | undefined): number {
  return mixText(1, lora ?? '')
}

/** 53 bits, so that it stays an exact number. Never 0: its negative names the block. */
function chainOf(parent: number, tokens: readonly number[], from: number, to: number, extra: string | undefined): number {
  let low = (parent & 0x1fffff) ^ 0x2545f491
  let high = Math.floor(parent / 0x200000) | 0
  for (let index = from; index < to; index++) {
    const token = tokens[index] as number
    low = Math.imul(low ^ token, 0xcc9e2d51)
    low = (low << 15) | (low >>> 17)
    high = Math.imul(high + token, 0x85ebca6b) ^ low
    high = (high << 13) | (high >>> 19)
  }
  const chain = (finish(high) >>> 0) * 0x200000 + ((finish(low ^ high) >>> 0) & 0x1fffff)
  return extra === undefined ? Math.max(1, chain) : mixText(chain, extra)
}

function mixText(start: number, text: string): number {
  let low = (start & 0x1fffff) ^ 0x9e3779b9
  let high = Math.floor(start / 0x200000) | 0
  for (let index = 0; index < text.length; index++) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193)
    high = Math.imul(high + low, 0x85ebca6b)
  }
  return Math.max(1, (finish(high) >>> 0) * 0x200000 + ((finish(low) >>> 0) & 0x1fffff))
}

function finish(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
