'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { metricOf, type FleetFigure } from '@/domain/alert/metric-catalogue'
import type { FleetFigureName } from '@/domain/metric/fleet-samples'
import { api } from '@/components/live/api-client'
import { isFiring, useOpenAlerts } from '@/components/live/use-open-alerts'
import type { AlertBody } from '@/wire/alerts'
import type { PageBody } from '@/wire/page'

/** `shown`: as far as it lies within the chart. */
export type FleetMark = { id: string; name: string; from: number; /** Undefined: it fires on. */ to: number | undefined; shown: { from: number; to: number } }

/** Alerts of the fleet that fire or fired lately. Read again whenever one begins or ends to fire. */
export function useFleetAlerts(): readonly AlertBody[] {
  const open = useOpenAlerts()?.filter((alert) => metricOf(alert.metric).scope === 'fleet' && isFiring(alert)) ?? []
  const { data } = useQuery({
    // None fires again is the key of before one fired: what was read then lacks it.
    queryKey: ['alerts', 'fleet', open.map((alert) => alert.id).join()] as const, staleTime: 0, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<PageBody<AlertBody>>('/api/alerts?limit=50', { signal }),
  })
  const known = new Set(open.map((alert) => alert.id))
  return [...open, ...(data?.items ?? []).filter((alert) => !known.has(alert.id) && alert.endedAt !== null)]
}

/** The chart that shows what an alert is about. */
const CHART_OF: Record<FleetFigure, FleetFigureName> = { queued: 'waiting', running: 'running', waiting: 'waiting', kvUsage: 'kvUsage', hitRate: 'hitRate', healthy: 'running' }

/** What of it the chart of a figure shows between its ends. */
export function fleetMarks(alerts: readonly AlertBody[], chart: FleetFigureName, from: number, to: number): FleetMark[] {
  return alerts.flatMap(({ id, ruleName: name, metric, firedAt, endedAt }) => {
    const measured = metricOf(metric)
    if (measured.scope !== 'fleet' || firedAt === null || CHART_OF[measured.figure] !== chart) return []
    const [start, end] = [Date.parse(firedAt), endedAt === null ? undefined : Date.parse(endedAt)]
    if (start > to || (end !== undefined && end < from)) return []
    return [{ id, name, from: start, to: end, shown: { from: Math.max(start, from), to: Math.min(end ?? to, to) } }]
  })
}
