/** What instances tell of their KV caches, and prompts in the same terms. */
import { createExactIndex, exactBlocks } from '@/domain/route/exact-index'
import type { PrefixIndex } from '@/domain/route/prefix-index'
import type { InstanceClient } from '../ports/instance-client'
import type { KvFeed } from '../ports/kv-events'
import type { Logger } from '../ports/log-store'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { WatchedInstance } from './fleet-watch'
import type { Prompt } from './routing-request'

type Deps = { prefixes: PrefixIndex; feedOf: (client: InstanceClient) => KvFeed | undefined; log: Logger }

/** Longer, and the router knows no more than it guesses: a decision does not wait for a slow tokenizer. */
const TOKENIZE_MS = 500
const KEPT_PROMPTS = 2_000

const Tokens = z.object({ tokens: z.array(z.number()) })

export function createKvKnowledge({ prefixes, feedOf, log }: Deps) {
  const index = createExactIndex(prefixes)
  const stops = new Map<string, () => void>()
  const prompts = new LRUCache<string, { blocks: readonly number[]; tokens: number }>({ max: KEPT_PROMPTS })

  function unfollow(instanceId: string): void {
    stops.get(instanceId)?.()
    stops.delete(instanceId)
    index.forget(instanceId)
  }

  /** The instances that may serve the model, if each of them tells what it holds. */
  function tellersOf(instances: readonly WatchedInstance[], model: string | undefined): WatchedInstance[] | undefined {
    const serving = instances.filter(({ state }) => state.health === 'healthy' && (model === undefined || state.models.includes(model)))
    return serving.length > 0 && serving.every(({ state }) => index.knows(state.id)) ? serving : undefined
  }

  function follow(client: InstanceClient): void {
    const feed = feedOf(client)
    if (!feed || stops.has(client.id)) return
    stops.set(client.id, feed.follow({
      onEvents: (events) => index.apply(client.id, events),
      onLost(reason) {
        index.forget(client.id)
        log({ level: 'WARNING', component: 'router', category: 'health', message: `What ${client.url} holds in its KV cache is no longer known: ${reason}`, data: { instance: client.id } })
      },
    }))
  }

  return {
    follow,
    unfollow,
    /**
     * It has lost its cache. Its events need not show that: a new engine may have counted past the old one before they
     * are read again. Followed anew, it is asked for all that it has told.
     */
    beginAnew(client: InstanceClient): void {
      if (!stops.has(client.id)) return
      unfollow(client.id)
      follow(client)
    },
    knows: index.knows,
    /**
     * The prompt as blocks of the exact index, by an instance's own tokenizer.
     * @returns undefined where not every instance that may serve it tells what it holds, or none tokenizes it in time
     */
    async blocksOf(instances: readonly WatchedInstance[], { model, key, prompt, salt }: { model: string | undefined; key: string; prompt: Prompt | undefined; salt: string | undefined }) {
      const tellers = prompt && tellersOf(instances, model)
      const first = tellers?.toSorted((a, b) => a.state.inFlight - b.state.inFlight)[0]
      if (!first) return undefined
      const known = prompts.get(key)
      if (known) return known
      const card = first.cards.find((one) => one.id === model)
      const tokens = await tokensOf(first.client, { ...prompt, ...(model !== undefined && { model }) })
      if (!tokens) return undefined
      const isAdapter = typeof card?.['parent'] === 'string'
      const found = { tokens: tokens.length, blocks: exactBlocks(tokens, { ...(isAdapter && { lora: card.id }), ...(salt !== undefined && { salt }) }) }
      prompts.set(key, found)
      return found
    },
    stop(): void {
      for (const instanceId of [...stops.keys()]) unfollow(instanceId)
    },
  }
}

async function tokensOf(client: InstanceClient, body: object): Promise<number[] | undefined> {
  try {
    const reply = await client.send({ method: 'POST', path: '/tokenize', headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) }, AbortSignal.timeout(TOKENIZE_MS))
    const chunks: Uint8Array[] = []
    for await (const chunk of reply.body) chunks.push(chunk)
    return reply.status === 200 ? Tokens.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))).tokens : undefined
  } catch {
    return undefined
  }
}
