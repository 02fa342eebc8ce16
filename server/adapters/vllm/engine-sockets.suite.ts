/** An engine's side of KV events over real ZeroMQ sockets, for tests: it sends what it is told to, and loses what it is told to. */
import { encode } from '@msgpack/msgpack'
import { Publisher, Router } from 'zeromq'

export type Encoding = 'map' | 'array'

/** A block with this hash was stored. */
export function stored(encoding: Encoding, hash: unknown, tokens: readonly number[] = [1, 2], parent: unknown = null): unknown {
  const size = tokens.length
  return encoding === 'map'
    ? { type: 'BlockStored', block_hashes: [hash], parent_block_hash: parent, token_ids: tokens, block_size: size, lora_id: null, medium: 'GPU', lora_name: null, extra_keys: null, group_idx: 0, kv_cache_spec_kind: 'full_attention' }
    : ['BlockStored', [hash], parent, tokens, size, null, 'GPU']
}
export const cleared = (encoding: Encoding): unknown => (encoding === 'map' ? { type: 'AllBlocksCleared' } : ['AllBlocksCleared'])

export const batchOf = (...events: unknown[]): Buffer => Buffer.from(encode([1.5, events, null], { useBigInt64: true }))

export function numbered(number: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(number)
  return bytes
}

/** @param replayed what it still has, by number; undefined: nobody can ask again */
export async function engineSockets(replayed?: ReadonlyMap<bigint, Buffer>) {
  const publisher = new Publisher({ linger: 0 })
  await publisher.bind('tcp://127.0.0.1:*')
  const router = new Router({ linger: 0 })
  await router.bind('tcp://127.0.0.1:*')
  const asked: bigint[] = []
  void (async () => {
    for await (const [client, , start] of router) {
      const from = start!.readBigUInt64BE()
      asked.push(from)
      for (const [number, payload] of replayed ?? []) if (number >= from) await router.send([client!, '', numbered(number), payload])
      await router.send([client!, '', Buffer.alloc(8, 0xff), ''])
    }
  })().catch(() => undefined)
  return {
    endpoint: publisher.lastEndpoint!,
    replayEndpoint: replayed && router.lastEndpoint!,
    /** Numbers from which somebody asked again. */
    asked,
    send: (number: bigint, payload: Buffer): Promise<void> => publisher.send(['', numbered(number), payload]),
    close(): void {
      publisher.close()
      router.close()
    },
  }
}
