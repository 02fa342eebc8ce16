import type { RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { Lease, RunLeases } from '@/server/ports/run-leases'

type Deps = { leases: RunLeases; owner: string; clock: Clock; logger: Logger; ttlMs?: number; beatMs?: number }

export type LeaseKeeper = {
  /** @returns undefined while another process holds the run */
  acquire(runId: RunId): Promise<Lease | undefined>
  /** Whether nobody else can have it yet, as far as can be known without asking. */
  holds(runId: RunId): boolean
  /** Free at once for others. */
  release(runId: RunId): void
  /** A run that went to another process, or whose lease could not be renewed in time. */
  onLost(listener: (runId: RunId) => void): void
  start(): void
  /** Lets go of all. */
  stop(): Promise<void>
}

/**
 * Holds the leases of this process and renews them.
 * K1. A lease that could not be renewed for its whole life counts as lost, also where the store cannot be asked: by then
 *     another may have it. Nothing is begun under it any more, also by one that was frozen and thaws.
 */
export function createLeaseKeeper({ leases, owner, clock, logger, ttlMs = 15_000, beatMs = 5_000 }: Deps): LeaseKeeper {
  const held = new Map<RunId, Lease & { renewedAt: number }>()
  let lost: (runId: RunId) => void = () => undefined
  let due: (() => void) | undefined
  let stopped = false

  async function beat(): Promise<void> {
    const asked = [...held.values()]
    const began = clock.now()
    try {
      const gone = new Set(await leases.renew(asked, ttlMs))
      for (const lease of asked) {
        if (held.get(lease.runId) !== lease) continue
        if (gone.has(lease.runId)) drop(lease.runId)
        else lease.renewedAt = began
      }
    } catch (error) {
      logger({ level: 'WARNING', component: 'engine', category: 'system', message: `Leases could not be renewed: ${error instanceof Error ? error.message : String(error)}` })
      for (const lease of asked) if (clock.now() - lease.renewedAt >= ttlMs && held.get(lease.runId) === lease) drop(lease.runId)
    }
    if (!stopped) due = clock.wakeAt(clock.now() + beatMs, () => void beat())
  }

  function drop(runId: RunId): void {
    held.delete(runId)
    logger({ level: 'WARNING', component: 'engine', category: 'system', message: 'The lease of the run is lost: another process works on it', runId })
    lost(runId)
  }

  return {
    async acquire(runId) {
      const renewedAt = clock.now()
      const lease = await leases.acquire(runId, owner, ttlMs)
      if (lease) held.set(runId, { ...lease, renewedAt })
      return lease
    },
    holds: (runId) => clock.now() - (held.get(runId)?.renewedAt ?? -Infinity) < ttlMs,
    release(runId) {
      const lease = held.get(runId)
      if (!lease) return
      held.delete(runId)
      // It expires by itself otherwise.
      leases.release([lease]).catch(() => undefined)
    },
    onLost: (listener) => void (lost = listener),
    start: () => void (due = clock.wakeAt(clock.now() + beatMs, () => void beat())),
    async stop() {
      stopped = true
      due?.()
      const all = [...held.values()]
      held.clear()
      await leases.release(all).catch(() => undefined)
    },
  }
}
