import { encode } from '@msgpack/msgpack'
import { afterEach, describe, expect, test } from 'vitest'
import type { KvEvent } from '@/domain/route/exact-index'
import { decodeKvBatch } from './kv-event-codec'
import { batchOf, cleared, engineSockets, stored, type Encoding } from './engine-sockets.suite'
import { createKvFeed } from './kv-feed'

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

const asMap = (hash: unknown) => stored('map', hash) as Record<string, unknown>

describe('the codec', () => {
  test.each<[string, unknown, KvEvent[]]>([
    ['a map', asMap(7), [{ kind: 'stored', keys: ['7'], tokens: [1, 2], blockSize: 2, medium: 'GPU' }]],
    ['an array', ['BlockStored', [7, 8], 6, [1, 2, 3, 4], 2, null], [{ kind: 'stored', keys: ['7', '8'], parent: '6', tokens: [1, 2, 3, 4], blockSize: 2 }]],
    ['hashes of 64 bits and of bytes', { ...asMap(0), block_hashes: [18_446_744_073_709_551_615n, new Uint8Array([1, 2])] }, [{ kind: 'stored', keys: ['18446744073709551615', 'AQI='], tokens: [1, 2], blockSize: 2, medium: 'GPU' }]],
    ['a salt beside the adapter\'s name', { ...asMap(7), lora_name: 'sql', extra_keys: [['sql', 'tenant']] }, [{ kind: 'stored', keys: ['7'], tokens: [1, 2], blockSize: 2, lora: 'sql', extra: ['tenant'], medium: 'GPU' }]],
    ['another group', { ...asMap(7), group_idx: 2 }, [{ kind: 'stored', keys: ['2/7'], tokens: [1, 2], blockSize: 2, medium: 'GPU' }]],
    ['a sliding window', { ...asMap(7), kv_cache_spec_kind: 'sliding_window' }, []],
    ['removed, a map', { type: 'BlockRemoved', block_hashes: [7], medium: 'GPU' }, [{ kind: 'removed', keys: ['7'], medium: 'GPU' }]],
    ['removed, an array', ['BlockRemoved', [7]], [{ kind: 'removed', keys: ['7'] }]],
    ['cleared', ['AllBlocksCleared'], [{ kind: 'cleared' }]],
    ['something of the future', { type: 'BlockMoved' }, []],
  ])('%s', (_name, event, expected) => {
    expect(decodeKvBatch(batchOf(event))).toEqual(expected)
  })

  test('what is no batch is refused', () => {
    expect(() => decodeKvBatch(Buffer.from(encode({ a: 1 })))).toThrow('not a batch')
  })
})

/** An engine's sockets, and what a feed told of them. */
async function setUp(encoding: Encoding, replayed?: readonly bigint[]) {
  const batch = (hash: bigint): Buffer => batchOf(stored(encoding, Number(hash)))
  const engine = await engineSockets(replayed && new Map(replayed.map((number) => [number, batch(number)])))
  const told: string[] = []
  let wake: (() => void) | undefined
  const tell = (text: string): void => {
    told.push(text)
    wake?.()
  }
  const feed = createKvFeed({ endpoint: engine.endpoint, ...(engine.replayEndpoint !== undefined && { replayEndpoint: engine.replayEndpoint }) })
  stops.push(
    feed.follow({ onEvents: (events) => events.forEach((event) => tell(event.kind === 'stored' ? event.keys.join() : event.kind)), onLost: (reason) => tell(`lost: ${reason}`) }),
    engine.close,
  )
  /** A subscriber joins some time after it has connected: what comes before is not for it. What was sent meanwhile has come when the last of it has. */
  async function joined(): Promise<void> {
    while (!told.includes('cleared')) {
      await engine.send(0n, batchOf(cleared(encoding)))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await engine.send(0n, batchOf(stored(encoding, 999)))
    while (!told.includes('999')) await new Promise<void>((resolve) => (wake = resolve))
    told.length = 0
  }
  async function until(count: number): Promise<string[]> {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return told
  }
  return { send: (number: bigint, payload = batch(number)) => engine.send(number, payload), asked: engine.asked, joined, until }
}

describe.each<Encoding>(['map', 'array'])('the feed over ZeroMQ, events as %s', (encoding) => {
  test('K1: what comes in order is handed on in order', async () => {
    const { send, joined, until, asked } = await setUp(encoding, [])
    await joined()
    const before = asked.length
    for (const number of [1n, 2n, 3n]) await send(number)
    expect(await until(3)).toEqual(['1', '2', '3'])
    expect(asked).toHaveLength(before)
  })

  test('K1: a gap is asked for again', async () => {
    const { send, joined, until, asked } = await setUp(encoding, [1n, 2n, 3n, 4n, 5n])
    await joined()
    await send(1n)
    await send(5n)
    await send(6n)
    expect(await until(6)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(asked.at(-1)).toBe(2n)
  })

  test.each([['without a replay endpoint', undefined], ['that the engine no longer has', [4n]]] as const)('K1: a gap %s loses what was known', async (_name, replayed) => {
    const { send, joined, until } = await setUp(encoding, replayed)
    await joined()
    await send(1n)
    await send(5n)
    expect(await until(3)).toEqual(['1', 'lost: 3 batch(es) are missing', '5'])
  })

  test('K2: a number that goes backwards: the engine began anew', async () => {
    const { send, joined, until } = await setUp(encoding)
    await joined()
    await send(1n)
    await send(2n)
    await send(0n)
    await send(1n)
    expect(await until(5)).toEqual(['1', '2', 'lost: the engine began anew', '0', '1'])
  })

  test('K2: what the engine has told since it began anew is asked for', async () => {
    const { send, joined, until } = await setUp(encoding, [0n, 1n])
    await joined()
    for (const number of [1n, 2n, 3n, 4n]) await send(number)
    await send(2n)
    expect(await until(8)).toEqual(['1', '2', '3', '4', 'lost: the engine began anew', '0', '1', '2'])
  })

  test('what cannot be read loses what was known, and the next is read again', async () => {
    const { send, joined, until } = await setUp(encoding)
    await joined()
    await send(1n, Buffer.from([0xc1]))
    await send(2n)
    const [lost, next] = await until(2)
    expect(lost).toMatch(/^lost: /)
    expect(next).toBe('2')
  })
})
