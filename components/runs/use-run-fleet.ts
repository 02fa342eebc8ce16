'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { isLookedUp, metricOf } from '@/domain/alert/metric-catalogue'
import { isFinished } from '@/domain/run/run-state'
import { fleetSampleKeys, readFleet } from '@/components/charts/fleet-samples'
import { api } from '@/components/live/api-client'
import { useOpenAlerts } from '@/components/live/use-open-alerts'
import type { AlertBody } from '@/wire/alerts'
import type { PageBody } from '@/wire/page'
import { useRunView } from './run-context'

const LIVE_EVERY_MS = 2_000
/** A look at the fleet is written down within this time. */
const SETTLED_MS = 15_000
/** Fired alerts that are looked through: a run from long ago may show fewer than there were. */
const MOST_ALERTS = 200

type Span = { start: number; end: number }

/** What the fleet showed while the run went on; read again while it goes on. */
export function useRunFleet({ start, end }: Span) {
  const live = useRunView((view) => !isFinished(view.head))
  return useQuery({
    queryKey: fleetSampleKeys.of(['run', start, live ? 'live' : end]), placeholderData: keepPreviousData, staleTime: live ? 0 : SETTLED_MS,
    refetchInterval: () => (live || Date.now() < end + SETTLED_MS ? LIVE_EVERY_MS : false),
    queryFn: ({ signal }) => readFleet({ from: start - 1_000, to: Math.max(start, live ? Date.now() : end) + 1_000 }, undefined, signal),
  })
}

/** Alerts of the fleet, of the server or of the run's workflow that fired while it went on. */
export function useRunAlerts({ start, end }: Span): readonly AlertBody[] {
  const workflowId = useRunView((view) => view.head.workflowId)
  const open = useOpenAlerts() ?? []
  const { data } = useQuery({
    queryKey: ['alerts', 'fired', open.map((alert) => alert.id).join()] as const, staleTime: 5_000, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<PageBody<AlertBody>>(`/api/alerts?limit=${MOST_ALERTS}`, { signal }),
  })
  const known = new Set(open.map((alert) => alert.id))
  return [...open, ...(data?.items ?? []).filter((alert) => !known.has(alert.id))].filter((alert) => concerns(alert, workflowId) && alert.firedAt !== null && Date.parse(alert.firedAt) <= end && (alert.endedAt === null || Date.parse(alert.endedAt) >= start))
}

function concerns({ metric, workflowId }: AlertBody, of: string): boolean {
  return isLookedUp(metricOf(metric).scope) || workflowId === of
}
