import { AGING_MS } from '@/domain/run/admit-runs'
import type { Clock } from '@/server/ports/clock'
import { LeaseLost, type Lease, type RunLeases } from '@/server/ports/run-leases'
import type { RunLog } from '@/server/ports/run-log'

type Held = { owner: string; epoch: number; until: number }

/** Leases beside a run log in memory. `guard` gives the log that asks for them. */
export function createMemoryRunLeases(clock: Pick<Clock, 'now'>, log: RunLog): RunLeases & { guard: RunLog; /** Whether the owner has the run at this moment. */ holds(runId: string, owner: string): boolean } {
  const held = new Map<string, Held>()
  const isMine = ({ runId, owner, epoch }: Lease): boolean => {
    const now = held.get(runId)
    return now?.owner === owner && now.epoch === epoch
  }

  return {
    acquire(runId, owner, ttlMs) {
      const now = held.get(runId)
      if (now && now.owner !== owner && now.until > clock.now()) return Promise.resolve(undefined)
      const epoch = (now?.epoch ?? 0) + 1
      held.set(runId, { owner, epoch, until: clock.now() + ttlMs })
      return Promise.resolve({ runId, owner, epoch })
    },
    renew(leases, ttlMs) {
      for (const lease of leases) if (isMine(lease)) held.get(lease.runId)!.until = clock.now() + ttlMs
      return Promise.resolve(leases.filter((lease) => !isMine(lease)).map(({ runId }) => runId))
    },
    release(leases) {
      for (const lease of leases) if (isMine(lease)) held.get(lease.runId)!.until = 0
      return Promise.resolve()
    },
    async free(limit) {
      const ids = (await log.unfinished()).filter((id) => (held.get(id)?.until ?? 0) <= clock.now())
      const runs = (await Promise.all(ids.map((id) => log.find(id)))).flatMap((run) => run ?? [])
      return runs.toSorted((a, b) => a.createdAt - a.priority * AGING_MS - (b.createdAt - b.priority * AGING_MS)).map(({ id }) => id).slice(0, limit)
    },
    holds: (runId, owner) => {
      const now = held.get(runId)
      return now?.owner === owner && now.until > clock.now()
    },
    guard: {
      ...log,
      append(runId, facts, expectedSeq, after, lease) {
        if (lease && !isMine(lease)) return Promise.reject(new LeaseLost(runId))
        return log.append(runId, facts, expectedSeq, after)
      },
    },
  }
}
