import type { DeliveryTarget } from '@/domain/alert/alert-rule'
import type { NoticeBody } from '@/domain/alert/alert-notice'
import type { Samples } from '@/domain/alert/rule-readings'
import type { EpochMs } from '@/domain/json'
import type { Alert, Silence } from './alert-store'

/** An alert as of the newest look; `silencedUntil` while nobody is told of it. */
export type OpenAlert = Alert & { silencedUntil?: number }

/** What judges the rules, for those who ask it or change something. */
export type AlertWatch = {
  /** Looks now, rather than at the next turn; resolves when it has looked. */
  look(): Promise<void>
  /** As of the newest look: all that is not well, the newest change first. */
  open(): readonly OpenAlert[]
  /** @returns how to stop */
  subscribe(listener: () => void): () => void
  /** What there is to measure from `from` on. `fleetSince`: figures of the fleet and of the server are not known from before; `complete`: no run was left out. */
  samples(from: EpochMs): Promise<Samples & { fleetSince: EpochMs; complete: boolean }>
}

/** Tells one address. */
export type Notifier = {
  /** @throws {AppError} what went wrong; `retryable` where another try may go well */
  send(target: DeliveryTarget, notice: { id: string; body: NoticeBody; at: EpochMs }): Promise<void>
}

/** Until when nobody is told of an alert; undefined: they are. */
export function silencedUntil({ ruleId, subject }: Pick<Alert, 'ruleId' | 'subject'>, silences: readonly Silence[], now: EpochMs): EpochMs | undefined {
  const ends = silences.filter((one) => one.startsAt <= now && now < one.endsAt && (one.ruleId ?? ruleId) === ruleId && (one.subject ?? subject) === subject).map((one) => one.endsAt)
  return ends.length === 0 ? undefined : Math.max(...ends)
}
