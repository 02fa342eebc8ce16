'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { isLookedUp, metricOf } from '@/domain/alert/metric-catalogue'
import { isFinished } from '@/domain/run/run-state'
import { stepOfRange } from '@/domain/metric/time-steps'
import { fleetSampleKeys, readFleet } from '@/components/charts/fleet-samples'
import { goneOn } from '@/components/charts/heard-fleet'
import { useHeardFleet } from '@/components/charts/use-heard-fleet'
import { api } from '@/components/live/api-client'
import { useOpenAlerts } from '@/components/live/use-open-alerts'
import type { AlertBody } from '@/wire/alerts'
import type { PageBody } from '@/wire/page'
import type { FleetSeriesBody } from '@/wire/samples'
import { useRunView } from './run-context'

/** How often the fleet is asked about a run that goes on, where it is not told of. */
const ASKED_EVERY_MS = 5_000
/** What is heard is kept as long as a run is shown by seconds, and a little more: longer ones are read by coarser steps. */
const KEEP_MS = 400_000
/** A look at the fleet is written down within this time. */
const SETTLED_MS = 15_000
/** Fired alerts that are looked through: a run from long ago may show fewer than there were. */
const MOST_ALERTS = 200

type Span = { start: number; end: number }

/** What the fleet showed while the run went on. Read once, and then told as long as it goes on; of one that has just ended, read once more when all of it is written down. */
export function useRunFleet({ start, end }: Span): { data: FleetSeriesBody | undefined; error: Error | null } {
  const live = useRunView((view) => !isFinished(view.head))
  const [stepMs, setStepMs] = useState<number>()
  const { heard, live: told } = useHeardFleet({ stepMs: live ? stepMs : undefined, keepMs: KEEP_MS, on: live })
  const from = start - 1_000
  const { data, error } = useQuery<FleetSeriesBody>({
    // The step a run is shown by grows with it.
    queryKey: fleetSampleKeys.of(['run', start, live ? stepOfRange(end - start, 1_000) : end]), placeholderData: keepPreviousData, staleTime: live ? SETTLED_MS : Infinity,
    refetchInterval: ({ state }): number | false => {
      if (live) return told ? false : ASKED_EVERY_MS
      return state.dataUpdatedAt < end + SETTLED_MS ? Math.max(1_000, end + SETTLED_MS - Date.now()) : false
    },
    queryFn: ({ signal }) => readFleet({ from, to: Math.max(start, live ? Date.now() : end) + 1_000 }, undefined, signal),
  })
  if (data && data.stepMs !== stepMs) setStepMs(data.stepMs)
  return { data: useMemo(() => data && goneOn(data, live ? heard : undefined, from), [data, heard, live, from]), error }
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
