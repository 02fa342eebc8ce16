import { MeasuredRule, RuleDraft } from '@/domain/alert/alert-rule'
import { isLookedUp, metricOf, type MetricId } from '@/domain/alert/metric-catalogue'
import type { RuleBody, RuleBodyGiven } from '@/wire/alerts'

/** What stands in the form: the threshold as written, in percent, seconds or a count. */
export type RuleFields = Pick<RuleBody, 'name' | 'metric' | 'is' | 'windowMs' | 'forMs' | 'keepFiringMs' | 'severity' | 'noData' | 'enabled'> & { workflowId: string; nodeId: string; threshold: string; delivery: TargetFields[] }
/** `signed`: the server has a secret for it; an empty `secret` keeps that. */
export type TargetFields = { key: number; kind: 'webhook' | 'slack'; url: string; secret: string; signed: boolean }

const SHOWN: Record<ReturnType<typeof metricOf>['unit'], number> = { share: 100, ms: 0.001, count: 1 }

export const newFields: RuleFields = {
  name: '', metric: 'workflow.failureRate', workflowId: '', nodeId: '', is: 'above', threshold: '30', windowMs: 900_000, forMs: 0, keepFiringMs: 60_000, severity: 'warning', noData: 'keep', enabled: true, delivery: [],
}

export function fieldsOf(rule: RuleBody): RuleFields {
  const { name, metric, filter, is, windowMs, forMs, keepFiringMs, severity, noData, enabled } = rule
  return {
    name, metric, is, windowMs, forMs, keepFiringMs, severity, noData, enabled, workflowId: filter.workflowId ?? '', nodeId: filter.nodeId ?? '', threshold: shownThreshold(rule.threshold, metric),
    delivery: rule.delivery.map(({ kind, url, signed }, key) => ({ key, kind, url, signed, secret: '' })),
  }
}

/** Another metric keeps what still fits it. */
export function withMetric(fields: RuleFields, metric: MetricId): RuleFields {
  const { scope, unit } = metricOf(metric)
  const sameUnit = unit === metricOf(fields.metric).unit
  return { ...fields, metric, threshold: sameUnit ? fields.threshold : { share: '30', ms: '5', count: '10' }[unit], workflowId: isLookedUp(scope) ? '' : fields.workflowId, nodeId: scope === 'agent' ? fields.nodeId : '' }
}

/** As the API takes it. Not checked: `problemsOf` says what is wrong with it. */
export function draftOf(fields: RuleFields): RuleBodyGiven {
  return {
    ...measuredOf(fields), name: fields.name.trim(), enabled: fields.enabled,
    delivery: fields.delivery.map(({ kind, url, secret }) => (kind === 'webhook' && secret !== '' ? { kind, url: url.trim(), secret } : { kind, url: url.trim() })),
  }
}

/** What a preview needs; undefined while a field is not as it should be. */
export function previewedOf(fields: RuleFields): MeasuredRule | undefined {
  return MeasuredRule.safeParse(measuredOf(fields)).data
}

/** Paths of what the server would refuse: `threshold`, `delivery.0.url`. */
export function problemsOf(fields: RuleFields): ReadonlySet<string> {
  return new Set(RuleDraft.safeParse(draftOf(fields)).error?.issues.map((issue) => issue.path.join('.')))
}

function measuredOf({ metric, workflowId, nodeId, is, threshold, windowMs, forMs, keepFiringMs, severity, noData }: RuleFields): Omit<RuleBodyGiven, 'name'> {
  const filter = { ...(workflowId !== '' && { workflowId }), ...(nodeId.trim() !== '' && { nodeId: nodeId.trim() }) }
  const number = threshold.trim() === '' ? Number.NaN : Number(threshold)
  // 7 % is 0.07, not 0.07 and the crumbs of a division.
  return { metric, filter, is, threshold: Number((number / SHOWN[metricOf(metric).unit]).toPrecision(12)), windowMs, forMs, keepFiringMs, severity, noData }
}

function shownThreshold(threshold: number, metric: MetricId): string {
  return String(Number((threshold * SHOWN[metricOf(metric).unit]).toPrecision(12)))
}
