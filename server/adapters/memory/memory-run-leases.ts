import type { Clock } from '@/server/ports/clock'
import { LeaseLost, type Lease, type RunLeases } from '@/server/ports/run-leases'
import type { RunLog } from '@/server/ports/run-log'

type Held = { owner: string; epoch: number; until: number }

/** Leases beside a run log in memory. `guard` gives the log that asks for them. */
export function createMemoryRunLeases(clock: Pick<Clock, 'now'>, log: RunLog): RunLeases & { guard: RunLog } {
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
      const ids = await log.unfinished()
      return ids.filter((id) => (held.get(id)?.until ?? 0) <= clock.now()).slice(0, limit)
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
