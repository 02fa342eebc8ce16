import { LRUCache } from 'lru-cache'

/** Which instance holds a run's KV cache. Bounded: the idlest run makes room. */

type Home = { instanceId: string; runId: string; at: number }

export function createFleetHomes({ max = 1_000, ttlMs = 3_600_000, now }: { max?: number; ttlMs?: number; now: () => number }) {
  const homes = new LRUCache<string, Home>({ max })
  const fresh = (home: Home | undefined): home is Home => home !== undefined && now() - home.at < ttlMs
  return {
    get(key: string): string | undefined {
      const home = homes.get(key)
      return fresh(home) ? home.instanceId : undefined
    },
    set(key: string, instanceId: string): void {
      homes.set(key, { instanceId, runId: key.split('/', 1)[0] ?? key, at: now() })
    },
    /** Runs that lose their home when an instance dies or restarts. */
    forgetInstance(instanceId: string): void {
      for (const [key, home] of [...homes.entries()]) if (home.instanceId === instanceId) homes.delete(key)
    },
    /** Newest first. */
    runsAt(instanceId: string, limit = 100): string[] {
      const runs = new Set<string>()
      for (const home of homes.values()) {
        if (runs.size >= limit) break
        if (home.instanceId === instanceId && fresh(home)) runs.add(home.runId)
      }
      return [...runs]
    },
  }
}
