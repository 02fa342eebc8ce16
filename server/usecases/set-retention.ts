import { limitOf, policyOf, RETAINED_KINDS, RETENTION_SETTING, type RetainedKind, type RetentionPolicy } from '@/domain/retention/retention-policy'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { Excess, RetainedKinds, SettingStore } from '@/server/ports/retained'
import { authorise, nameOf, type Actor } from './actor'

export type SetRetentionDeps = {
  settings: SettingStore; retained: RetainedKinds; clock: Pick<Clock, 'now'>; logger: Logger
  /** What holds until somebody sets something. */
  atFirst: RetentionPolicy
  /** Begins with what was set. */
  onSet: () => void
}

/** How long runs, log lines and samples are kept. */
export function setRetention({ settings, retained, clock, logger, atFirst, onSet }: SetRetentionDeps) {
  return {
    async read(actor: Actor): Promise<RetentionPolicy> {
      authorise(actor, 'server.read')
      return policyOf(await settings.read(RETENTION_SETTING), atFirst)
    },
    /** What would be deleted if `policy` held now, switched on or not. */
    async preview(actor: Actor, policy: RetentionPolicy): Promise<Record<RetainedKind, Excess>> {
      authorise(actor, 'server.read')
      const now = clock.now()
      const [runs, logs, samples] = await Promise.all(RETAINED_KINDS.map((kind) => retained[kind].excess(limitOf(policy[kind], now))))
      return { runs: runs!, logs: logs!, samples: samples! }
    },
    async set(actor: Actor, policy: RetentionPolicy): Promise<RetentionPolicy> {
      authorise(actor, 'server.write')
      await settings.write(RETENTION_SETTING, policy)
      logger({ level: 'WARNING', component: 'retention', category: 'security', message: `Retention was set by ${nameOf(actor)}: ${policy.on ? 'on' : 'off'}`, data: { policy } })
      onSet()
      return policy
    },
  }
}
