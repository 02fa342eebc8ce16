// T1. Nothing goes while the policy is off; it is read again before every batch, so that switching it off is enough.
// T2. What goes is decided by the store in the moment it goes: never by a list made earlier.
// T3. One sweep at a time; it goes a few items at a time and leaves a pause between.
import { limitOf, policyOf, RETAINED_KINDS, RETENTION_SETTING, type RetainedKind, type RetentionPolicy } from '@/domain/retention/retention-policy'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { RetainedKinds, SettingStore } from '@/server/ports/retained'

const EVERY_MS = 10 * 60_000
const PAUSE_MS = 50

type Deps = { retained: RetainedKinds; settings: SettingStore; clock: Clock; logger: Logger; atFirst: RetentionPolicy }

/** Deletes what the policy does not keep, every ten minutes and whenever it is changed. */
export function createRetention({ retained, settings, clock, logger, atFirst }: Deps) {
  let next: (() => void) | undefined
  let sweeping = false
  let again = false
  let stopped = false

  async function sweep(): Promise<void> {
    next?.()
    if (stopped) return
    if (sweeping) {
      again = true
      return
    }
    sweeping = true
    try {
      for (const kind of RETAINED_KINDS) await sweepKind(kind)
    } catch (error) {
      logger({ level: 'ERROR', component: 'retention', category: 'system', message: `Could not delete what is too old, trying again later: ${String(error)}` })
    }
    sweeping = false
    // A change that came meanwhile may be stricter for a kind that was already through.
    if (again) {
      again = false
      return sweep()
    }
    schedule()
  }

  function schedule(): void {
    if (!stopped) next = clock.wakeAt(clock.now() + EVERY_MS, () => void sweep())
  }

  async function sweepKind(kind: RetainedKind): Promise<void> {
    let deleted = 0
    for (;;) {
      const policy = policyOf(await settings.read(RETENTION_SETTING), atFirst)
      const count = stopped || !policy.on ? 0 : await retained[kind].deleteSome(limitOf(policy[kind], clock.now()))
      if (count === 0) break
      deleted += count
      await new Promise<void>((resolve) => clock.wakeAt(clock.now() + PAUSE_MS, resolve))
    }
    if (deleted > 0) logger({ level: 'INFO', component: 'retention', category: 'system', message: `Deleted ${deleted} ${kind} that are no longer kept`, data: { kind, deleted } })
  }

  return {
    start: schedule,
    sweep,
    stop(): void {
      stopped = true
      next?.()
    },
  }
}
