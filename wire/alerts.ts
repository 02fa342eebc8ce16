import { z } from 'zod'
import { AlertCase } from '@/domain/alert/alert-case'
import { DeliveryTarget, MeasuredRule, RuleDraft } from '@/domain/alert/alert-rule'
import { METRIC_IDS, metricOf, type MetricId } from '@/domain/alert/metric-catalogue'
import type { AlertState } from '@/domain/alert/next-alert'
import type { Preview } from '@/domain/alert/preview-rule'
import { subjectParts } from '@/domain/alert/rule-readings'
import { pageOf, pageQuery, Timestamp, timestamp, timestampOrNull } from './page'

const Unit = z.enum(['share', 'ms', 'count'])
const Severity = z.enum(['info', 'warning', 'critical'])

/** `POST` and `PUT`. In a `PUT`, a webhook without `secret` keeps the one it has: secrets are never given out. */
export const RuleBodyGiven = RuleDraft
export type RuleBodyGiven = z.input<typeof RuleDraft>

const LastDelivery = z.object({ at: Timestamp, attempts: z.int(), /** Null: it was delivered. */ error: z.string().nullable(), /** No further try follows. */ final: z.boolean() })
export const RuleBody = z.object({
  id: z.string(), name: z.string(), metric: z.enum(METRIC_IDS), unit: Unit, filter: z.object({ workflowId: z.string().optional(), nodeId: z.string().optional() }),
  is: z.enum(['above', 'below']), threshold: z.number(), windowMs: z.int(), forMs: z.int(), keepFiringMs: z.int(), severity: Severity, noData: z.enum(['show', 'ok', 'breach', 'keep']), enabled: z.boolean(),
  delivery: z.array(z.object({ kind: z.enum(['webhook', 'slack']), url: z.string(), /** Whether it has a secret. */ signed: z.boolean(), /** Null: never tried. */ last: LastDelivery.nullable() })),
  createdAt: Timestamp, updatedAt: Timestamp,
})
export type RuleBody = z.infer<typeof RuleBody>
export const RulePage = pageOf(RuleBody)

type Kept = RuleDraft & { id: string; createdAt: number; updatedAt: number; deliveries: readonly { url: string; at: number; attempts: number; error?: string; final: boolean }[] }

export function ruleBody({ deliveries, delivery, createdAt, updatedAt, ...rule }: Kept): RuleBody {
  const lastOf = (url: string) => {
    const last = deliveries.find((one) => one.url === url)
    return last ? { at: timestamp(last.at), attempts: last.attempts, error: last.error ?? null, final: last.final } : null
  }
  return {
    ...rule, unit: metricOf(rule.metric).unit, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt),
    delivery: delivery.map((target) => ({ kind: target.kind, url: target.url, signed: target.kind === 'webhook' && target.secret !== undefined, last: lastOf(target.url) })),
  }
}

export const PreviewBody = z.strictObject({ rule: MeasuredRule, hours: z.int().min(1).max(24).default(6) })
export type PreviewBody = z.input<typeof PreviewBody>
/** The series that fired longest; `leftOut` are not shown. */
export const PreviewAnswer = z.object({
  from: Timestamp, to: Timestamp, /** How far apart the rule was judged. */ stepMs: z.number(), moments: z.array(Timestamp),
  series: z.array(z.object({ subject: z.string(), workflowId: z.string().optional(), nodeId: z.string().optional(), values: z.array(z.number().nullable()), firing: z.array(z.object({ from: Timestamp, to: Timestamp.nullable() })) })),
  leftOut: z.int(), /** Figures of the fleet and of the server are not known from before. */ fleetSince: Timestamp, /** False: there were more runs than are remembered. */ complete: z.boolean(),
})
export type PreviewAnswer = z.infer<typeof PreviewAnswer>
/** Lines of a chart that can be told apart. */
const MOST_SERIES = 8

export function previewAnswer({ from, to, stepMs, moments, series, fleetSince, complete }: Preview & { from: number; to: number; stepMs: number; fleetSince: number; complete: boolean }): PreviewAnswer {
  return {
    from: timestamp(from), to: timestamp(to), stepMs, moments: moments.map(timestamp), leftOut: Math.max(0, series.length - MOST_SERIES), fleetSince: timestamp(fleetSince), complete,
    series: series.slice(0, MOST_SERIES).map(({ subject, values, firing }) => ({
      subject, ...subjectParts(subject), values: values.map((value) => value ?? null), firing: firing.map((span) => ({ from: timestamp(span.from), to: timestampOrNull(span.to) })),
    })),
  }
}

/** `ruleId`: the rule whose secret is used where the target names none. */
export const TryDeliveryBody = z.strictObject({ target: DeliveryTarget, ruleId: z.string().max(100).optional() })
export type TryDeliveryBody = z.infer<typeof TryDeliveryBody>
export const TryDeliveryAnswer = z.object({ delivered: z.literal(true) })

/** `fired`: what fires or fired, newest first. `open`: all that is not well now, what is pending and what has no data too. */
export const AlertQuery = z.strictObject({ ...pageQuery, show: z.enum(['fired', 'open']).default('fired') })
export const AlertBody = z.object({
  id: z.string(), ruleId: z.string(), ruleName: z.string(), metric: z.enum(METRIC_IDS), unit: Unit, severity: Severity,
  subject: z.string(), workflowId: z.string().optional(), nodeId: z.string().optional(),
  status: z.enum(['ok', 'pending', 'firing', 'recovering', 'no-data', 'resolved']), since: Timestamp,
  /** A run that shows why it fires, and what workflow and node are called in it; null: the fleet, the server, or none is known. */
  example: AlertCase.nullable(),
  /** At the last look that changed something; null: no data. */
  value: z.number().nullable(), seenAt: Timestamp, firedAt: Timestamp.nullable(), endedAt: Timestamp.nullable(),
  acknowledgedAt: Timestamp.nullable(), acknowledgedBy: z.string().nullable(), silencedUntil: Timestamp.nullable(),
})
export type AlertBody = z.infer<typeof AlertBody>
export const AlertPage = pageOf(AlertBody)

/** Several at once. Those that never fired, or are gone, are left out of the answer. */
export const AcknowledgeBody = z.strictObject({ ids: z.array(z.string().min(1).max(100)).min(1).max(500) })

type Alert = {
  example?: AlertCase | undefined
  id: string; ruleId: string; ruleName: string; metric: MetricId; severity: AlertBody['severity']; subject: string; state: AlertState; seenAt: number
  value?: number; firedAt?: number; endedAt?: number; acknowledgedAt?: number; acknowledgedBy?: string; silencedUntil?: number
}

export function alertBody({ id, ruleId, ruleName, metric, severity, subject, state, seenAt, value, example, ...times }: Alert): AlertBody {
  return {
    id, ruleId, ruleName, metric, unit: metricOf(metric).unit, severity, subject, ...subjectParts(subject),
    status: times.endedAt === undefined ? state.kind : 'resolved', since: timestamp(state.since), example: example ?? null, value: value ?? null, seenAt: timestamp(seenAt),
    firedAt: timestampOrNull(times.firedAt), endedAt: timestampOrNull(times.endedAt),
    acknowledgedAt: timestampOrNull(times.acknowledgedAt), acknowledgedBy: times.acknowledgedBy ?? null, silencedUntil: timestampOrNull(times.silencedUntil),
  }
}

/** What the live topic `alerts` carries: all that is not well, the newest 200, after each look. */
export type OpenAlertsEvent = { open: AlertBody[] }
const MOST_OPEN = 200

export function openAlertsEvent(alerts: readonly Alert[]): OpenAlertsEvent {
  return { open: alerts.slice(0, MOST_OPEN).map(alertBody) }
}

/** Without `ruleId` or `subject`: alerts of any. */
export const SilenceGiven = z.strictObject({ ruleId: z.string().max(100).optional(), subject: z.string().max(300).optional(), comment: z.string().max(500).default(''), durationMs: z.int().min(60_000).max(30 * 86_400_000) })
export type SilenceGiven = z.input<typeof SilenceGiven>
export const RemoveSilenceQuery = z.strictObject({ id: z.string().min(1).max(100) })
export const SilenceBody = z.object({ id: z.string(), ruleId: z.string().optional(), subject: z.string().optional(), comment: z.string(), by: z.string(), startsAt: Timestamp, endsAt: Timestamp })
export type SilenceBody = z.infer<typeof SilenceBody>
export const SilencePage = pageOf(SilenceBody)

export function silenceBody({ startsAt, endsAt, ...silence }: Omit<SilenceBody, 'startsAt' | 'endsAt'> & { startsAt: number; endsAt: number }): SilenceBody {
  return { ...silence, startsAt: timestamp(startsAt), endsAt: timestamp(endsAt) }
}
