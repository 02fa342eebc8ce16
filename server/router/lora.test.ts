import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createRandomIds } from '../adapters/system/random-ids'
import { createSystemClock } from '../adapters/system/system-clock'
import { createInstanceClient } from '../adapters/vllm/create-instance-client'
import { createKvFeed } from '../adapters/vllm/kv-feed'
import type { KvEncoding } from '../fleet-sim/kv-publisher'
import { startSimFleet } from '../fleet-sim/sim-fleet'
import { createRouter } from './create-router'
import { createRouterHandler } from './router-http'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const BASE = 'heddle-sim-8b'
type Reply = { model: string; instance: string | null; cached: number; prompt: number; /** What the router believed to be there. */ believed: number }

/** The router's HTTP face before two simulated servers: one with the adapter `sql`, one with the model alone. */
async function setUp(kvEvents?: KvEncoding) {
  const options = { instances: 1, port: 0, timeScale: 1_000, kvEvents, maxModelLen: 8_000 }
  const fleets = [await startSimFleet(options), await startSimFleet({ ...options, loras: ['sql'] })]
  stops.push(...fleets.map((fleet) => () => fleet.close()))
  const clients = fleets.map((fleet, index) => createInstanceClient({ id: ['plain', 'adapted'][index]!, url: fleet.urls[0]! }))
  const router = createRouter({
    clients, clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, aliases: new Map([['gpt-4o', 'sql']]),
    ...(kvEvents && { kvFeedOf: ({ id }) => createKvFeed(fleets[id === 'plain' ? 0 : 1]!.instances[0]!.kvPublisher!) }),
  })
  const handle = createRouterHandler(router)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  stops.push(() => router.stop(), () => { server.closeAllConnections(); server.close() })
  router.start()
  await router.ready()

  async function ask(model: string, content: string): Promise<Reply> {
    const reply = await fetch(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-heddle-explain': '1' }, body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content }] }) })
    expect(reply.status).toBe(200)
    const { model: answered, usage } = (await reply.json()) as { model: string; usage: { prompt_tokens: number; prompt_tokens_details: { cached_tokens: number } } }
    const route = JSON.parse(decodeURIComponent(reply.headers.get('x-heddle-route')!)) as { instanceId: string; candidates: { instanceId: string; cachedTokens: number }[] }
    return { model: answered, instance: reply.headers.get('x-heddle-instance'), cached: usage.prompt_tokens_details.cached_tokens, prompt: usage.prompt_tokens, believed: route.candidates.find((one) => one.instanceId === 'adapted')!.cachedTokens }
  }
  return { url, router, ask }
}

const story = (name: string): string => `${name} sat at the loom and would not stop weaving. `.repeat(80)

describe('a LoRA adapter that a server lists', () => {
  test('is listed, and asked where it is, by its own name and by an alias', async () => {
    const { url, ask } = await setUp()
    const { data } = (await (await fetch(`${url}/models`)).json()) as { data: { id: string; parent: string | null; root: string }[] }
    expect(data.map(({ id, parent, root }) => [id, parent, root])).toEqual([[BASE, null, BASE], ['sql', BASE, 'sql'], ['gpt-4o', BASE, 'sql']])
    for (let index = 0; index < 6; index++) {
      for (const model of ['sql', 'gpt-4o']) expect(await ask(model, `${index} ${story(model)}`)).toMatchObject({ model: 'sql', instance: 'adapted' })
    }
    // The model itself is at both.
    const served = new Set<string | null>()
    while (!(served.has('plain') && served.has('adapted'))) for (const one of await Promise.all([0, 1, 2, 3].map((index) => ask(BASE, `${index} ${story('Ada')}`)))) served.add(one.instance)
    expect((await fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'sql-2', messages: [] }) })).status).toBe(404)
  })

  test.each<[string, KvEncoding | undefined]>([['as the router guesses', undefined], ['as told in maps', 'map'], ['as told in arrays', 'array']])('has KV blocks of its own, %s', async (_name, kvEvents) => {
    const { ask, router } = await setUp(kvEvents)
    // From the first events on both tell what they hold.
    while (kvEvents && router.fleet().instances.some((one) => one.cacheIndex !== 'exact')) await Promise.all([0, 1, 2].map((index) => ask(BASE, `${index} ${story('Warm')}`)))
    const seen = (found: Reply) => ({ cached: found.cached > 0.9 * found.prompt, believed: found.believed > 0.8 * found.prompt })
    const untilBelieved = async (model: string): Promise<void> => {
      // What an engine tells takes a moment.
      while (!seen(await ask(model, story('Ada'))).believed) await new Promise((resolve) => setTimeout(resolve, 5))
    }

    expect(seen(await ask('sql', story('Ada')))).toEqual({ cached: false, believed: false })
    await untilBelieved('sql')
    expect(seen(await ask('sql', story('Ada')))).toEqual({ cached: true, believed: true })
    // Another name of the same adapter: the same blocks.
    expect(seen(await ask('gpt-4o', story('Ada')))).toEqual({ cached: true, believed: true })
    // The same prompt of the model itself, at the very server: nothing of it is there.
    router.setDraining('plain', true)
    const base = await ask(BASE, story('Ada'))
    expect({ ...seen(base), instance: base.instance }).toEqual({ cached: false, believed: false, instance: 'adapted' })
  })
})
