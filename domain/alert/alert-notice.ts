import { z } from 'zod'
import type { AlertCase } from './alert-case'
import { METRIC_IDS, metricOf } from './metric-catalogue'
import { subjectParts, type Subject } from './rule-readings'
import type { RuleDraft } from './alert-rule'
import type { Reading } from './next-alert'

const Moment = z.iso.datetime({ precision: 3 })

/** What a receiver is told. `data.alertId` stays the same from firing to resolved. Values are in `unit`; null: no data. */
export const NoticeBody = z.object({
  type: z.enum(['alert.firing', 'alert.resolved', 'alert.test']),
  timestamp: Moment,
  data: z.object({
    alertId: z.string(), ruleId: z.string(), ruleName: z.string(), severity: z.enum(['info', 'warning', 'critical']),
    metric: z.enum(METRIC_IDS), unit: z.enum(['share', 'ms', 'count']), is: z.enum(['above', 'below']), threshold: z.number(), value: z.number().nullable(), windowMs: z.int(),
    subject: z.string(), workflowId: z.string().optional(), nodeId: z.string().optional(), firedAt: Moment.nullable(), endedAt: Moment.nullable(),
    /** Of the version the run below ran on. */
    workflowName: z.string().optional(), nodeName: z.string().optional(),
    /** A run that shows why, and the step in it to look at; `path` is on this server, `url` where it is known how that is reached. */
    run: z.object({ id: z.string(), step: z.string().optional(), path: z.string(), url: z.string().optional() }).optional(),
  }),
})
export type NoticeBody = z.infer<typeof NoticeBody>

type Told = { example?: AlertCase | undefined; id: string; ruleId: string; subject: Subject; value?: Reading; firedAt?: number | undefined; endedAt?: number | undefined }

/** @param at epoch ms */
export function noticeBody(type: NoticeBody['type'], { name, severity, metric, is, threshold, windowMs }: Pick<RuleDraft, 'name' | 'severity' | 'metric' | 'is' | 'threshold' | 'windowMs'>, alert: Told, at: number): NoticeBody {
  return {
    type, timestamp: iso(at),
    data: {
      alertId: alert.id, ruleId: alert.ruleId, ruleName: name, severity, metric, unit: metricOf(metric).unit, is, threshold, value: alert.value ?? null, windowMs,
      subject: alert.subject, ...subjectParts(alert.subject), firedAt: alert.firedAt === undefined ? null : iso(alert.firedAt), endedAt: alert.endedAt === undefined ? null : iso(alert.endedAt),
      ...(alert.example && caseBody(alert.example)),
    },
  }
}

function caseBody({ runId, step, workflowName, nodeName }: AlertCase): Pick<NoticeBody['data'], 'workflowName' | 'nodeName' | 'run'> {
  return { workflowName, ...(nodeName !== undefined && { nodeName }), run: { id: runId, ...(step !== undefined && { step }), path: casePath({ runId, step }) } }
}

/** The page of the run, at that step. */
export function casePath({ runId, step }: { runId: string; step?: string | undefined }): string {
  return `/runs/${encodeURIComponent(runId)}${step === undefined ? '' : `?step=${encodeURIComponent(step)}`}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
