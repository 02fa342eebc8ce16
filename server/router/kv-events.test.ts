import { afterEach, describe, expect, test } from 'vitest'
import { cachedBlocks } from '@/domain/route/prefix-index'
import { exactBlocks } from '@/domain/route/exact-index'
import { createRandomIds } from '../adapters/system/random-ids'
import { createSystemClock } from '../adapters/system/system-clock'
import { createInstanceClient } from '../adapters/vllm/create-instance-client'
import { createKvFeed } from '../adapters/vllm/kv-feed'
import type { KvEncoding } from '../fleet-sim/kv-publisher'
import { startSimFleet } from '../fleet-sim/sim-fleet'
import { createRouter } from './create-router'
import { textOf } from './scripted-instance'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** Simulated instances that tell what they hold, over real sockets. */
async function setUp(kvEvents: KvEncoding, kvTokens = 20_000) {
  const fleet = await startSimFleet({ instances: 2, port: 0, timeScale: 1_000, kvEvents, engine: { kvTokens }, maxModelLen: 8_000 })
  stops.push(() => fleet.close())
  const clients = fleet.urls.map((url, index) => createInstanceClient({ id: `i${index}`, url }))
  const router = createRouter({
    clients, clock: createSystemClock(), ids: createRandomIds(), log: () => undefined,
    kvFeedOf: ({ id }) => {
      const { endpoint, replayEndpoint } = fleet.instances[Number(id.slice(1))]!.kvPublisher!
      return createKvFeed({ endpoint, replayEndpoint })
    },
  })
  router.start()
  stops.push(() => router.stop())
  await router.ready()
  const call = async (content: string, more: object = {}) => {
    const reply = await router.dispatch({ path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify({ model: 'heddle-sim-8b', max_tokens: 4, messages: [{ role: 'user', content }], ...more })) }, AbortSignal.timeout(10_000))
    await textOf(reply.body)
    return reply.route!
  }
  /** Until each instance has told something: from then on the index is exact. */
  async function told(): Promise<void> {
    for (let index = 0; router.fleet().instances.some((one) => one.cacheIndex !== 'exact'); index++) await Promise.all([0, 1, 2, 3].map((part) => call(`warm ${index} ${part} `.repeat(20))))
  }
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { fleet, router, call, told, until }
}
const story = (name: string): string => `${name} sat at the loom and would not stop weaving. `.repeat(120)

describe.each<KvEncoding>(['map', 'array'])('KV events as %s', (encoding) => {
  test('a prompt goes where the engine says that it is, and not where it was evicted', async () => {
    const { fleet, call, told } = await setUp(encoding)
    await told()
    const first = await call(story('Ada'))
    // What the engine tells takes a moment.
    let again = await call(story('Ada'))
    for (let index = 0; index < 50 && again.candidates[0]!.cachedTokens < 500; index++) again = await call(story('Ada'))
    expect(again.instanceId).toBe(first.instanceId)
    expect(again.candidates[0]!.cachedTokens).toBeGreaterThan(500)

    const holder = fleet.instances[Number(first.instanceId.slice(1))]!
    holder.runner.engine.cache.reset()
    holder.kvPublisher!.flush()
    let known = Infinity
    for (let index = 0; known > 64 && index < 50; index++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      const seen = await call(`${story('Ada')} ${index}`, { workflow_metadata: { workflow_id: `w${index}` } })
      known = seen.candidates.find((one) => one.instanceId === first.instanceId)?.cachedTokens ?? 0
      // Its own decision may have brought the prompt back there.
      if (seen.instanceId === first.instanceId) holder.runner.engine.cache.reset()
    }
    expect(known).toBeLessThanOrEqual(64)
  })

  test('what the index holds is what the engine holds, through evictions', async () => {
    const { fleet, router, call, told, until } = await setUp(encoding, 9_000)
    await told()
    for (let index = 0; index < 12; index++) await call(story(`Weaver ${index}`))
    await until(() => fleet.instances.every(({ runner }) => runner.engine.idle))
    const { prefixes } = router
    await until(() => fleet.instances.every(({ runner }, index) => {
      // Blocks that the engine can find at the end of a unit are those that the index has.
      const held = prefixes.exact.get(`i${index}`)?.size ?? 0
      return held > 0 && held <= Math.ceil(runner.engine.cache.cachedBlocks / 4) && held >= runner.engine.cache.cachedBlocks / 4 - 60
    }))
    expect(cachedBlocks(prefixes, 'i0', exactBlocks([1, 2, 3]))).toBe(0)
  })
})
