import { CALL_LIMITS_SETTING, callLimitsOf, type CallLimits } from '@/domain/rate/call-limits'
import type { Logger } from '@/server/ports/log-store'
import type { SettingStore } from '@/server/ports/retained'
import { authorise, nameOf, type Actor } from './actor'

export type SetCallLimitsDeps = {
  settings: SettingStore; logger: Logger
  /** What holds until somebody sets something. */
  atFirst: CallLimits
  /** Of this process; others look by themselves. */
  onSet: (limits: CallLimits) => void
}

/** How much the router takes of a model and from an API key. */
export function setCallLimits({ settings, logger, atFirst, onSet }: SetCallLimitsDeps) {
  return {
    async read(actor: Actor): Promise<CallLimits> {
      authorise(actor, 'server.read')
      return callLimitsOf(await settings.read(CALL_LIMITS_SETTING), atFirst)
    },
    async set(actor: Actor, limits: CallLimits): Promise<CallLimits> {
      authorise(actor, 'server.write')
      await settings.write(CALL_LIMITS_SETTING, limits)
      logger({ level: 'WARNING', component: 'router', category: 'security', message: `Limits of model calls were set by ${nameOf(actor)}`, data: { limits } })
      onSet(limits)
      return limits
    },
  }
}
