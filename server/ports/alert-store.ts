import type { AlertCase } from '@/domain/alert/alert-case'
import type { NoticeBody } from '@/domain/alert/alert-notice'
import type { DeliveryTarget, RuleDraft } from '@/domain/alert/alert-rule'
import type { AlertState } from '@/domain/alert/next-alert'
import type { MetricId } from '@/domain/alert/metric-catalogue'
import type { Subject } from '@/domain/alert/rule-readings'
import type { Page } from './run-log'

export type AlertRule = RuleDraft & { id: string; createdAt: number; updatedAt: number }

/**
 * What a rule found out about one subject. Without `endedAt` it is open; there is one open alert for each subject of a rule.
 * A new firing is a new alert: it has an id and an acknowledgement of its own.
 */
export type Alert = {
  id: string
  ruleId: string
  /** As of which edit of the rule: another edit judges anew. */
  ruleUpdatedAt: number
  ruleName: string
  metric: MetricId
  severity: RuleDraft['severity']
  subject: Subject
  state: AlertState
  /** At the last look, in the metric's unit. */
  value?: number
  seenAt: number
  firedAt?: number
  endedAt?: number
  /** Since when the notices of its firing stand in the store. */
  notifiedAt?: number
  /** A run that shows why, as of the moment it fired; not of the fleet or the server. */
  example?: AlertCase
  acknowledgedAt?: number
  acknowledgedBy?: string
}

/** Nobody is told of matching alerts from `startsAt` until before `endsAt`. Without rule or subject: of any. */
export type Silence = { id: string; ruleId?: string; subject?: Subject; comment: string; by: string; startsAt: number; endsAt: number }

/** A message that is still to be delivered. `id` stays through every try, so that a receiver can tell a second copy. */
export type Notice = { id: string; ruleId: string; target: DeliveryTarget; body: NoticeBody; dueAt: number; attempts: number }
/** How the last try to tell one address of a rule ended; `error` undefined: well. */
export type Delivery = { ruleId: string; url: string; at: number; attempts: number; error?: string; /** No further try follows. */ final: boolean }

export type AlertStore = {
  /** Oldest first. */
  rules(): Promise<AlertRule[]>
  /** Also one that was removed: who heard of its alert hears of the end, too. */
  findRule(id: string): Promise<AlertRule | undefined>
  /** @returns false when there is or ever was a rule of this id; nothing is changed then */
  addRule(rule: AlertRule): Promise<boolean>
  /** @returns false when there is no such rule */
  changeRule(rule: AlertRule): Promise<boolean>
  removeRule(id: string): Promise<boolean>
  /** Makes or changes alerts (all but their acknowledgement) and adds notices, together. Alerts that end without ever having fired are dropped. */
  saveAlerts(alerts: readonly Alert[], notices?: readonly Notice[]): Promise<void>
  /** In the order of their ids. */
  openAlerts(): Promise<Alert[]>
  /** Alerts that fire or fired, the newest firing first. */
  fired(filter: { cursor?: string; limit?: number }): Promise<Page<Alert>>
  /** @returns undefined when there is no such alert, or when it never fired; the first acknowledgement stays */
  acknowledge(id: string, by: string, at: number): Promise<Alert | undefined>
  /** The one that ends last comes first. */
  silences(): Promise<Silence[]>
  saveSilence(silence: Silence): Promise<void>
  removeSilence(id: string): Promise<boolean>
  /** Notices not delivered yet, the one due first comes first. */
  notices(): Promise<Notice[]>
  /** Keeps how a try ended. Delivered or final: the notice is gone; else it is due again at `dueAt`. */
  settleNotice(notice: Notice, delivery: Delivery, dueAt?: number): Promise<void>
  deliveries(): Promise<Delivery[]>
}
