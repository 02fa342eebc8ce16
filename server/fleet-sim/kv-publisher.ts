/** What vLLM publishes with `--kv-events-config`: blocks stored and removed, numbered, and again for who missed some. */
import { encode } from '@msgpack/msgpack'
import { Publisher, Router } from 'zeromq'
import { BLOCK_SIZE } from './block-hash'
import type { EngineRequest } from './engine-event'
import type { SimEngine } from './sim-engine'

/** `map` since June 2026, `array` before. */
export type KvEncoding = 'map' | 'array'
export type KvPublisher = { /** Where to subscribe, and where to ask again. */ endpoint: string; replayEndpoint: string; /** Sends what has happened since. */ flush(): void; close(): void }

/** Batches that can be asked for again. */
const KEPT = 10_000
const END = Buffer.alloc(8, 0xff)

type Stored = { hashes: number[]; parent: number | null; tokens: number[]; salt: string | undefined; lora: string | undefined }
type Event = { type: 'BlockStored'; stored: Stored } | { type: 'BlockRemoved'; hashes: number[] } | { type: 'AllBlocksCleared' }

/** @param bind addresses such as `tcp://127.0.0.1:5557`; port `*` takes a free one */
export async function createKvPublisher(engine: SimEngine, bind: { events: string; replay: string }, encoding: KvEncoding = 'map'): Promise<KvPublisher> {
  const events = new Publisher({ linger: 0 })
  const replay = new Router({ linger: 0 })
  await events.bind(bind.events)
  await replay.bind(bind.replay)
  const kept = new Map<number, Buffer>()
  let pending: Event[] = []
  let next = 0
  let sending: Promise<void> = Promise.resolve()

  engine.cache.onForget = (hash) => {
    const last = pending.at(-1)
    if (last?.type === 'BlockRemoved') last.hashes.push(hash)
    else pending.push({ type: 'BlockRemoved', hashes: [hash] })
  }
  engine.cache.onReset = () => void pending.push({ type: 'AllBlocksCleared' })
  engine.onSealed = (request, hashes, index) => {
    const tokens = tokensOf(request, index)
    const parent = index === 0 ? null : (hashes[index - 1] as number)
    const last = pending.at(-1)
    // One event for the blocks of a chain.
    if (last?.type === 'BlockStored' && parent !== null && last.stored.hashes.at(-1) === parent) {
      last.stored.hashes.push(hashes[index] as number)
      last.stored.tokens.push(...tokens)
    } else pending.push({ type: 'BlockStored', stored: { hashes: [hashes[index] as number], parent, tokens, salt: index === 0 ? request.cacheSalt : undefined, lora: request.lora } })
  }

  void (async () => {
    for await (const [client, , start] of replay) {
      const from = Number((start as Buffer).readBigUInt64BE())
      for (const [number, payload] of kept) if (number >= from) await replay.send([client as Buffer, '', numberOf(number), payload])
      await replay.send([client as Buffer, '', END, ''])
    }
  })().catch(() => undefined)

  return {
    endpoint: events.lastEndpoint ?? bind.events,
    replayEndpoint: replay.lastEndpoint ?? bind.replay,
    flush() {
      if (pending.length === 0) return
      const batch = Buffer.from(encode([next, pending.map((event) => encoded(event, encoding)), null]))
      pending = []
      const number = next++
      kept.set(number, batch)
      if (kept.size > KEPT) kept.delete(number - KEPT)
      sending = sending.then(() => events.send(['', numberOf(number), batch])).catch(() => undefined)
    },
    close() {
      events.close()
      replay.close()
    },
  }
}

function tokensOf({ promptTokens, outputTokens }: EngineRequest, block: number): number[] {
  return Array.from({ length: BLOCK_SIZE }, (_, offset) => {
    const at = block * BLOCK_SIZE + offset
    return (at < promptTokens.length ? promptTokens[at] : outputTokens[at - promptTokens.length]) as number
  })
}

function encoded(event: Event, encoding: KvEncoding): unknown {
  switch (event.type) {
    case 'BlockStored': {
      const { hashes, parent, tokens, salt, lora } = event.stored
      const extra = extraKeys(hashes.length, salt, lora)
      const loraId = lora === undefined ? null : 1
      if (encoding === 'array') return ['BlockStored', hashes, parent, tokens, BLOCK_SIZE, loraId, 'GPU', lora ?? null, extra]
      return { type: 'BlockStored', block_hashes: hashes, parent_block_hash: parent, token_ids: tokens, block_size: BLOCK_SIZE, lora_id: loraId, medium: 'GPU', lora_name: lora ?? null, extra_keys: extra, group_idx: 0, kv_cache_spec_kind: 'full_attention' }
    }
    case 'BlockRemoved':
      return encoding === 'array' ? ['BlockRemoved', event.hashes, 'GPU'] : { type: 'BlockRemoved', block_hashes: event.hashes, medium: 'GPU', group_idx: 0 }
    case 'AllBlocksCleared':
      return encoding === 'array' ? ['AllBlocksCleared'] : { type: 'AllBlocksCleared' }
  }
}

/** What each block's hash covers besides its tokens: the adapter in all of them, the salt in the first of a prompt. */
function extraKeys(count: number, salt: string | undefined, lora: string | undefined): unknown {
  const adapter = lora === undefined ? [] : [lora]
  if (salt === undefined && lora === undefined) return null
  return Array.from({ length: count }, (_, index) => (index === 0 && salt !== undefined ? [...adapter, salt] : lora === undefined ? null : adapter))
}

function numberOf(number: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(number))
  return bytes
}
