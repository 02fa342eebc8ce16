import { LRUCache } from 'lru-cache'
import type { Clock } from '../ports/clock'
import type { ReportedUsage } from './usage-in-tail'

type Entry = {
  createdAt: number
  updatedAt: number
  agents: Set<string>
  requests: number
  cacheHits: number
  cachedTokens: number
  promptTokens: number
  assigned: string | undefined
  instances: Map<string, { requests: number; cachedTokens: number }>
}

/** Of one workflow; the one named longest ago makes room. */
const MAX_AGENTS = 1_000

export type WorkflowRegistry = ReturnType<typeof createWorkflowRegistry>

/** What is known of workflows that call the router. Bounded: the idlest makes room; one without a call for `ttlMs` is forgotten. */
export function createWorkflowRegistry({ clock, max = 1_000, ttlMs = 3_600_000 }: { clock: Pick<Clock, 'now'>; max?: number; ttlMs?: number }) {
  const counts = { created: 0, expired: 0, requests: 0, cacheHits: 0, decisions: 0 }
  const entries = new LRUCache<string, Entry>({
    max,
    dispose: (_entry, _id, reason) => {
      if (reason === 'evict') counts.expired += 1
    },
  })

  function dropIdle(): void {
    for (const [id, entry] of [...entries.entries()]) {
      if (clock.now() - entry.updatedAt < ttlMs) continue
      entries.delete(id)
      counts.expired += 1
    }
  }

  function seen(id: string): Entry {
    dropIdleOf(id)
    const known = entries.get(id)
    const entry = known ?? { createdAt: clock.now(), updatedAt: 0, agents: new Set(), requests: 0, cacheHits: 0, cachedTokens: 0, promptTokens: 0, assigned: undefined, instances: new Map() }
    entry.updatedAt = clock.now()
    if (!known) {
      counts.created += 1
      entries.set(id, entry)
    }
    return entry
  }

  function dropIdleOf(id: string): void {
    const entry = entries.peek(id)
    if (!entry || clock.now() - entry.updatedAt < ttlMs) return
    entries.delete(id)
    counts.expired += 1
  }

  return {
    /** Epoch ms of its first call; undefined: not known here. */
    createdAt: (id: string): number | undefined => entries.peek(id)?.createdAt,
    /** A workflow or agent showed itself. */
    touch(id: string, ...agents: string[]): void {
      const entry = seen(id)
      for (const agent of agents) addAgent(entry, agent)
    },
    /** A call of it was sent to an instance. */
    routed(id: string, agent: string | undefined, url: string): void {
      const entry = seen(id)
      if (agent !== undefined) addAgent(entry, agent)
      entry.requests += 1
      entry.assigned = url
      const at = entry.instances.get(url) ?? { requests: 0, cachedTokens: 0 }
      entry.instances.set(url, { ...at, requests: at.requests + 1 })
      counts.requests += 1
      counts.decisions += 1
    },
    /** What the engine itself said of a call; never a guess. */
    reported(id: string, url: string, usage: ReportedUsage): void {
      const entry = entries.peek(id)
      if (!entry) return
      const cached = usage.cachedTokens ?? 0
      entry.promptTokens += usage.promptTokens
      entry.cachedTokens += cached
      const at = entry.instances.get(url)
      if (at) at.cachedTokens += cached
      if (cached === 0) return
      entry.cacheHits += 1
      counts.cacheHits += 1
    },
    find(id: string): Readonly<Entry> | undefined {
      dropIdleOf(id)
      return entries.peek(id)
    },
    forget: (id: string): boolean => entries.delete(id),
    stats() {
      dropIdle()
      const all = [...entries.values()]
      const distribution: Record<string, number> = {}
      for (const { assigned } of all) if (assigned !== undefined) distribution[assigned] = (distribution[assigned] ?? 0) + 1
      const rates = all.filter((entry) => entry.requests > 0).map((entry) => entry.cacheHits / entry.requests)
      return { ...counts, active: all.length, agents: all.reduce((sum, entry) => sum + entry.agents.size, 0), meanHitRate: rates.length === 0 ? 0 : rates.reduce((a, b) => a + b, 0) / rates.length, distribution }
    },
  }
}

function addAgent({ agents }: Entry, agent: string): void {
  agents.delete(agent)
  agents.add(agent)
  if (agents.size > MAX_AGENTS) agents.delete(agents.values().next().value as string)
}
