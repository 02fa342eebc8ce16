'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { metricOf, type MetricScope } from '@/domain/alert/metric-catalogue'
import { api } from '@/components/live/api-client'
import { isFiring, useOpenAlerts } from '@/components/live/use-open-alerts'
import type { AlertBody } from '@/wire/alerts'
import type { PageBody } from '@/wire/page'
import { useRuleName } from './use-rule-name'

/** `shown`: as far as it lies within the chart. */
export type AlertMark = { id: string; name: string; from: number; /** Undefined: it fires on. */ to: number | undefined; shown: { from: number; to: number } }

/** Alerts of what a chart shows that fire or fired lately. Read again whenever one begins or ends to fire. Rules are named in the reader's language. */
export function useChartAlerts(scopes: readonly MetricScope[]): readonly AlertBody[] {
  const wanted = (alert: AlertBody): boolean => scopes.includes(metricOf(alert.metric).scope)
  const nameOf = useRuleName()
  const open = useOpenAlerts()?.filter((alert) => wanted(alert) && isFiring(alert)) ?? []
  const { data } = useQuery({
    // None fires again is the key of before one fired: what was read then lacks it.
    queryKey: ['alerts', scopes.join(), open.map((alert) => alert.id).join()] as const, staleTime: 0, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<PageBody<AlertBody>>('/api/alerts?limit=50', { signal }),
  })
  const known = new Set(open.map((alert) => alert.id))
  return [...open, ...(data?.items ?? []).filter((alert) => wanted(alert) && !known.has(alert.id) && alert.endedAt !== null)]
    .map((alert) => ({ ...alert, ruleName: nameOf(alert.ruleId, alert.ruleName) }))
}

/** What of an alert a chart shows between its ends. */
export function marksOf(alerts: readonly AlertBody[], from: number, to: number): AlertMark[] {
  return alerts.flatMap(({ id, ruleName: name, firedAt, endedAt }) => {
    if (firedAt === null) return []
    const [start, end] = [Date.parse(firedAt), endedAt === null ? undefined : Date.parse(endedAt)]
    if (start > to || (end !== undefined && end < from)) return []
    return [{ id, name, from: start, to: end, shown: { from: Math.max(start, from), to: Math.min(end ?? to, to) } }]
  })
}
