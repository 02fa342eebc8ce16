import { afterEach, describe, expect, test } from 'vitest'
import { exactBlocks } from '@/domain/route/exact-index'
import { cachedBlocks, createPrefixIndex, UNIT_TOKENS } from '@/domain/route/prefix-index'
import { batchOf, cleared, engineSockets, stored, type Encoding } from '../adapters/vllm/engine-sockets.suite'
import { createKvFeed } from '../adapters/vllm/kv-feed'
import { createKvKnowledge } from './kv-knowledge'
import { scriptedInstance } from './scripted-instance'

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

const unit = (seed: number): number[] => Array.from({ length: UNIT_TOKENS }, (_, index) => seed * 1_000 + index)
/** A prompt of three blocks, and another's. */
const [A, B, C, OTHER] = [unit(1), unit(2), unit(3), unit(9)]

/** What the router knows of an instance that tells over real sockets. */
async function setUp(encoding: Encoding, replayed?: ReadonlyMap<bigint, Buffer>) {
  const engine = await engineSockets(replayed)
  const prefixes = createPrefixIndex()
  const lines: string[] = []
  const kv = createKvKnowledge({ prefixes, feedOf: () => createKvFeed({ endpoint: engine.endpoint, ...(engine.replayEndpoint !== undefined && { replayEndpoint: engine.replayEndpoint }) }), log: ({ message }) => void lines.push(String(message)) })
  stops.push(engine.close, kv.stop)
  const client = scriptedInstance('i0')
  kv.follow(client)
  const held = (...units: number[][]): number => cachedBlocks(prefixes, 'i0', exactBlocks(units.flat(), { blockSize: UNIT_TOKENS }))
  const until = async (isTrue: () => boolean): Promise<void> => { while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2)) }
  // A subscriber joins some time after it has connected.
  while (!kv.knows('i0')) {
    await engine.send(0n, batchOf(cleared(encoding)))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await engine.send(0n, batchOf(stored(encoding, 900, OTHER)))
  await until(() => held(OTHER) === 1)
  lines.length = 0
  return { send: engine.send, held, until, lines, kv, client }
}

describe.each<Encoding>(['map', 'array'])('what an instance holds, told as %s over ZeroMQ', (encoding) => {
  const first = batchOf(stored(encoding, 1, A))
  const second = batchOf(stored(encoding, 2, B, 1))
  const third = batchOf(stored(encoding, 3, C, 2))

  test('a batch that was missed is filled in, so that the prompt is known to its end', async () => {
    const { send, held, until, lines } = await setUp(encoding, new Map([[1n, first], [2n, second], [3n, third]]))
    await send(1n, first)
    await send(3n, third)
    await until(() => held(A, B, C) === 3)
    expect(lines).toEqual([])
  })

  test('where it cannot be, nothing of before is believed', async () => {
    const { send, held, until, lines } = await setUp(encoding)
    await send(1n, first)
    await until(() => held(A) === 1)
    await send(3n, batchOf(stored(encoding, 4, OTHER)))
    await until(() => lines.length > 0 && held(OTHER) === 1)
    expect(held(A, B, C)).toBe(0)
    expect(lines).toEqual(['What http://i0 holds in its KV cache is no longer known: 1 batch(es) are missing'])
  })

  test('one that is seen to have begun anew is asked for all that it has told since', async () => {
    const { send, held, until, kv, client } = await setUp(encoding, new Map([[0n, first], [1n, second]]))
    await send(1n, batchOf(stored(encoding, 7, OTHER)))
    kv.beginAnew(client)
    expect([held(OTHER), kv.knows('i0')]).toEqual([0, false])
    // The new engine has counted on to where the old one was: no number goes backwards.
    while (!kv.knows('i0')) {
      await send(2n, third)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(() => held(A, B, C) === 3)
    expect(held(OTHER)).toBe(0)
  })

  test('an engine that began anew holds nothing of before', async () => {
    const { send, held, until, lines } = await setUp(encoding)
    await send(1n, first)
    await send(2n, second)
    await until(() => held(A, B, C) === 2)
    await send(0n, batchOf(stored(encoding, 4, OTHER)))
    await until(() => lines.length > 0 && held(OTHER) === 1)
    expect(held(A, B, C)).toBe(0)
    expect(lines).toEqual(['What http://i0 holds in its KV cache is no longer known: the engine began anew'])
  })
})
