import { z } from 'zod'
import { HealthReason } from '@/domain/health/health-reason'
import { pageOf, Timestamp, timestamp } from './page'

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export const LOG_CATEGORIES = ['agent', 'message', 'task', 'performance', 'health', 'security', 'system'] as const

/** `level` is the lowest shown. */
export const LogExportQuery = z.strictObject({
  level: z.enum(LOG_LEVELS).optional(),
  component: z.string().max(100).optional(),
  category: z.enum(LOG_CATEGORIES).optional(),
  runId: z.string().max(64).optional(),
  search: z.string().max(200).optional(),
})
/** `after`: newer than this id, else `before`: older; without both the newest. Hand `nextCursor` back as the one that was given, or as `before`. */
export const LogQuery = LogExportQuery.extend({
  after: z.coerce.number().int().min(0).optional(),
  before: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
})

/** Also what the live topic `logs` carries. */
export const LogLineBody = z.object({
  id: z.int(), at: Timestamp, level: z.enum(LOG_LEVELS), component: z.string(), category: z.enum(LOG_CATEGORIES), message: z.string(),
  runId: z.string().optional(), nodeId: z.string().optional(), data: z.json().optional(),
})
export type LogLineBody = z.infer<typeof LogLineBody>
export const LogPage = pageOf(LogLineBody)

export function logLineBody(line: Omit<LogLineBody, 'at'> & { at: number }): LogLineBody {
  return { ...line, at: timestamp(line.at) }
}
export const LogSummaryBody = z.object({ total: z.int(), byLevel: z.record(z.enum(LOG_LEVELS), z.int()), byCategory: z.record(z.enum(LOG_CATEGORIES), z.int()), byComponent: z.record(z.string(), z.int()) })
export type LogSummaryBody = z.infer<typeof LogSummaryBody>

export const HealthBody = z.object({
  status: z.enum(['ok', 'degraded', 'critical']),
  version: z.string(),
  uptimeMs: z.number(),
  /** `reason` says the same as `message`, to be put into another language. */
  checks: z.array(z.object({ name: z.string(), status: z.enum(['ok', 'degraded', 'critical']), message: z.string(), reason: HealthReason.optional(), checkedAt: Timestamp })),
})
export type HealthBody = z.infer<typeof HealthBody>

const status = z.enum(['ok', 'degraded', 'critical'])
/** Lines of an earlier version have none, those of a later one may have another. */
const KnownReason = HealthReason.optional().catch(undefined)
const Happened = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('change'), check: z.string(), from: status, to: status, reason: KnownReason }),
  z.object({ kind: z.literal('repair'), check: z.string(), tried: z.string(), went: z.enum(['well', 'wrong']), reason: KnownReason }),
])
/** A check that became better or worse, or a repair that was tried; `message` says more. */
export const HealthEventBody = z.object({ id: z.int(), at: Timestamp, message: z.string(), happened: Happened })
export type HealthEventBody = z.infer<typeof HealthEventBody>
export const HealthEventPage = pageOf(HealthEventBody)
export const HealthHistoryQuery = z.strictObject({ cursor: z.coerce.number().int().min(0).optional(), limit: z.coerce.number().int().min(1).max(200).optional() })

/** What the health check wrote; other lines of the kind are left out. */
export function healthEventsOf(lines: readonly { id: number; at: number; message: string; data?: unknown }[]): HealthEventBody[] {
  return lines.flatMap(({ id, at, message, data }) => {
    const happened = Happened.safeParse(data)
    return happened.success ? [{ id, at: timestamp(at), message, happened: happened.data }] : []
  })
}

type Report = Omit<HealthBody, 'checks'> & { checks: readonly (Omit<HealthBody['checks'][number], 'checkedAt'> & { checkedAt: number })[] }

/** Both kinds of process answer `/api/health` by this. */
export function healthBody(report: Report): HealthBody {
  return { ...report, checks: report.checks.map((check) => ({ ...check, checkedAt: timestamp(check.checkedAt) })) }
}
