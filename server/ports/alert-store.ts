import type { RuleDraft } from '@/domain/alert/alert-rule'
import type { AlertState } from '@/domain/alert/next-alert'
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
  metric: string
  severity: RuleDraft['severity']
  subject: Subject
  state: AlertState
  /** At the last look, in the metric's unit. */
  value?: number
  seenAt: number
  firedAt?: number
  endedAt?: number
  acknowledgedAt?: number
  acknowledgedBy?: string
}

/** Nobody is told of matching alerts from `startsAt` until before `endsAt`. Without rule or subject: of any. */
export type Silence = { id: string; ruleId?: string; subject?: Subject; comment: string; by: string; startsAt: number; endsAt: number }

export type AlertStore = {
  /** Oldest first. */
  rules(): Promise<AlertRule[]>
  saveRule(rule: AlertRule): Promise<void>
  removeRule(id: string): Promise<boolean>
  /** Makes or changes alerts together, all but their acknowledgement. Those that end without ever having fired are dropped. */
  saveAlerts(alerts: readonly Alert[]): Promise<void>
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
}
