import { CALL_LIMITS_SETTING, callLimitsOf, type CallLimits } from '@/domain/rate/call-limits'
import type { Clock } from '@/server/ports/clock'
import type { SettingStore } from '@/server/ports/retained'

/** Limits may be set by way of another process. */
const LOOK_MS = 5_000

/** Keeps a router to the limits that were set. A store that does not answer changes nothing. */
export async function followCallLimits({ settings, clock, atFirst, apply }: { settings: SettingStore; clock: Clock; atFirst: CallLimits; apply: (limits: CallLimits) => void }): Promise<{ stop: () => void }> {
  let next: (() => void) | undefined
  let stopped = false
  let known = ''

  async function look(): Promise<void> {
    const limits = callLimitsOf(await settings.read(CALL_LIMITS_SETTING).catch(() => (known === '' ? undefined : (JSON.parse(known) as unknown))), atFirst)
    const text = JSON.stringify(limits)
    if (text !== known) apply(limits)
    known = text
    if (!stopped) next = clock.wakeAt(clock.now() + LOOK_MS, () => void look())
  }

  await look()
  return {
    stop(): void {
      stopped = true
      next?.()
    },
  }
}
