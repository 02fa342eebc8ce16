import { noticeBody } from '@/domain/alert/alert-notice'
import { READY_MADE, type DeliveryTarget, type MeasuredRule, type RuleDraft } from '@/domain/alert/alert-rule'
import { previewRule, type Preview } from '@/domain/alert/preview-rule'
import type { EpochMs } from '@/domain/json'
import type { AlertRule, AlertStore, Delivery } from '@/server/ports/alert-store'
import type { AlertWatch, Notifier } from '@/server/ports/alert-watch'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import { authorise, type Actor } from './actor'
import { NotFound } from './refusals'

export type KeepAlertRulesDeps = { alerts: AlertStore; watch: AlertWatch; notifier: Notifier; clock: Clock; ids: Ids }
export type KeptRule = AlertRule & { deliveries: Delivery[] }
export type RulePreview = Preview & { from: EpochMs; to: EpochMs; stepMs: number; fleetSince: EpochMs; complete: boolean }

/** What rules are judged at: a preview is never finer. */
const LOOK_MS = 10_000
const MOST_STEPS = 360
const FEWEST_STEPS = 60
/** Samples looked at in one preview, over all its steps: it holds up everything else meanwhile. */
const MOST_WORK = 1_000_000

/** The alert rules, and what they would do. Each change is judged at once. */
export function keepAlertRules({ alerts, watch, notifier, clock, ids }: KeepAlertRulesDeps) {
  const found = async (id: string): Promise<AlertRule> => {
    const rule = (await alerts.rules()).find((one) => one.id === id)
    if (!rule) throw unknownRule(id)
    return rule
  }
  const kept = async (rule: AlertRule): Promise<KeptRule> => ({ ...rule, deliveries: (await alerts.deliveries()).filter((one) => one.ruleId === rule.id) })
  return {
    async list(actor: Actor): Promise<KeptRule[]> {
      authorise(actor, 'alerts.read')
      const [rules, deliveries] = await Promise.all([alerts.rules(), alerts.deliveries()])
      return rules.map((rule) => ({ ...rule, deliveries: deliveries.filter((one) => one.ruleId === rule.id) }))
    },
    async create(actor: Actor, draft: RuleDraft): Promise<KeptRule> {
      authorise(actor, 'alerts.write')
      const now = clock.now()
      const rule = { ...draft, id: ids.next('rule'), createdAt: now, updatedAt: now }
      await alerts.addRule(rule)
      await watch.look()
      return kept(rule)
    },
    /** A webhook that comes without a secret keeps the one it has. @throws {NotFound} */
    async update(actor: Actor, id: string, draft: RuleDraft): Promise<KeptRule> {
      authorise(actor, 'alerts.write')
      const before = await found(id)
      const rule = { ...draft, delivery: draft.delivery.map((target) => withSecretOf(target, before)), id, createdAt: before.createdAt, updatedAt: Math.max(clock.now(), before.updatedAt + 1) }
      if (!(await alerts.changeRule(rule))) throw unknownRule(id)
      await watch.look()
      return kept(rule)
    },
    async remove(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'alerts.write')
      if (!(await alerts.removeRule(id))) throw unknownRule(id)
      await watch.look()
    },
    /** What a rule would have said over the last hours. */
    async preview(actor: Actor, rule: MeasuredRule, hours: number): Promise<RulePreview> {
      authorise(actor, 'alerts.read')
      const to = clock.now()
      const from = to - hours * 3_600_000
      const { complete, fleetSince, ...samples } = await watch.samples(from - rule.windowMs)
      const steps = Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, Math.floor(MOST_WORK / (samples.runs.length + samples.fleet.length + 1))))
      const stepMs = Math.max(LOOK_MS, Math.ceil((to - from) / steps))
      return { ...previewRule(rule, samples, { from, to, stepMs }), from, to, stepMs, fleetSince, complete }
    },
    /** Tells one address that this is a test. @throws {AppError} why it was not told */
    async tryDelivery(actor: Actor, target: DeliveryTarget, ruleId: string | undefined): Promise<void> {
      authorise(actor, 'alerts.write')
      const rule = ruleId === undefined ? undefined : await found(ruleId)
      const id = ids.next('notice')
      const told = { id: ids.next('alert'), ruleId: ruleId ?? 'test', subject: 'fleet' }
      const at = clock.now()
      await notifier.send(rule ? withSecretOf(target, rule) : target, { id, body: noticeBody('alert.test', rule ?? READY_MADE.failureRate, told, at), at })
    },
  }
}

function withSecretOf(target: DeliveryTarget, { delivery }: AlertRule): DeliveryTarget {
  if (target.kind !== 'webhook' || target.secret !== undefined) return target
  const before = delivery.find((one) => one.kind === 'webhook' && one.url === target.url)
  return before ?? target
}

function unknownRule(id: string): NotFound {
  return new NotFound('UNKNOWN_RULE', `There is no alert rule ${id}`, 'It may have been deleted. See the rules on the alerts page.')
}
