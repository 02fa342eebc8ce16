/**
 * Follows an engine's KV events over ZeroMQ.
 * K1. Numbers follow each other: a gap is filled from the replay endpoint, else everything known is lost.
 * K2. A number that goes backwards means that the engine began anew.
 * K3. One message at a time: what comes while a gap is filled waits in the socket.
 */
import { Dealer, Subscriber } from 'zeromq'
import type { KvFeed } from '@/server/ports/kv-events'
import { decodeKvBatch } from './kv-event-codec'

type Options = { endpoint: string; /** Left out: a gap loses what was known. */ replayEndpoint?: string; replayMs?: number }

/** Messages kept in the socket while a gap is filled. */
const MOST_KEPT = 100_000
const END = 0xffff_ffff_ffff_ffffn

export function createKvFeed({ endpoint, replayEndpoint, replayMs = 2_000 }: Options): KvFeed {
  return {
    follow({ onEvents, onLost }) {
      const socket = new Subscriber({ receiveHighWaterMark: MOST_KEPT, linger: 0, reconnectInterval: 500, reconnectMaxInterval: 5_000 })
      let expected: bigint | undefined
      let stopped = false

      function hand(payload: Uint8Array): void {
        try {
          onEvents(decodeKvBatch(payload))
        } catch (error) {
          onLost(error instanceof Error ? error.message : 'a batch that cannot be read')
        }
      }

      async function fill(from: bigint, to: bigint): Promise<boolean> {
        if (from === to) return true
        const missed = replayEndpoint === undefined ? [] : await replayed(replayEndpoint, from, replayMs).catch(() => [])
        const wanted = missed.filter(([number]) => number >= from && number < to)
        if (wanted.length !== Number(to - from)) return false
        for (const [, payload] of wanted) hand(payload)
        return true
      }

      async function take(number: bigint, payload: Uint8Array): Promise<void> {
        if (expected !== undefined && number < expected) {
          onLost('the engine began anew')
          expected = undefined
        }
        const isFirst = expected === undefined
        const complete = await fill(expected ?? 0n, number)
        // A first message without its past: what came before is not known, which is no loss.
        if (!complete && !isFirst) onLost(`${number - (expected ?? 0n)} batch(es) are missing`)
        expected = number + 1n
        hand(payload)
      }

      void (async () => {
        socket.subscribe('')
        socket.connect(endpoint)
        for await (const [, number, payload] of socket) {
          if (stopped) return
          if (number?.length === 8 && payload) await take(number.readBigUInt64BE(), payload)
        }
      })().catch((error: unknown) => {
        if (!stopped) onLost(error instanceof Error ? error.message : 'the socket failed')
      })
      return () => {
        stopped = true
        socket.close()
      }
    },
  }
}

/** Every batch from a number on that the engine still has. */
async function replayed(endpoint: string, from: bigint, timeoutMs: number): Promise<[bigint, Uint8Array][]> {
  const socket = new Dealer({ linger: 0, receiveTimeout: timeoutMs, sendTimeout: timeoutMs })
  try {
    socket.connect(endpoint)
    const start = Buffer.alloc(8)
    start.writeBigUInt64BE(from)
    await socket.send(['', start])
    const batches: [bigint, Uint8Array][] = []
    for (;;) {
      const [, number, payload] = await socket.receive()
      if (number?.length !== 8 || number.readBigUInt64BE() === END || !payload) return batches
      batches.push([number.readBigUInt64BE(), payload])
    }
  } finally {
    socket.close()
  }
}
