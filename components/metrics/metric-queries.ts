'use client'

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, withQuery } from '@/components/live/api-client'
import { subscribeTopic } from '@/components/live/live-connection'
import { endsOf, type TimeRange } from '@/components/charts/time-range'
import type { PageBody } from '@/wire/page'
import { timestamp } from '@/wire/page'
import type { AllExecutionsBody, MetricEvent, WorkflowExecutionsBody } from '@/wire/samples'
import type { WorkflowBody } from '@/wire/workflows'

export const metricKeys = {
  all: ['metrics'] as const,
  of: (workflowId: string | undefined, range: TimeRange) => [...metricKeys.all, workflowId ?? null, range] as const,
  names: ['metrics-names'] as const,
  nodes: (workflowId: string) => ['metrics-nodes', workflowId] as const,
}

/** A time that ends now moves on this often even where nothing ends. */
const REFRESH_MS = 10_000
const NAMES_STALE_MS = 60_000

export function useAllExecutions(range: TimeRange) {
  return useExecutions<AllExecutionsBody>('/api/metrics/workflows', undefined, range, true)
}

export function useWorkflowExecutions(workflowId: string, range: TimeRange) {
  return useExecutions<WorkflowExecutionsBody>(`/api/metrics/workflows/${encodeURIComponent(workflowId)}/series`, workflowId, range, workflowId !== '')
}

function useExecutions<T>(path: string, workflowId: string | undefined, range: TimeRange, enabled: boolean) {
  const live = range.kind === 'last'
  return useQuery({
    queryKey: metricKeys.of(workflowId, range), enabled, placeholderData: keepPreviousData, staleTime: live ? 0 : Infinity, refetchInterval: live ? Math.max(REFRESH_MS, range.ms / 360) : false,
    queryFn: ({ signal }) => {
      const { from, to } = endsOf(range, Date.now())
      return api.get<T>(withQuery(path, { from: timestamp(from), to: timestamp(to) }), { signal })
    },
  })
}

/** Reads figures again as they change; that they do is told at most once a second. */
export function useLiveFigures(on: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    if (!on) return undefined
    const { stop } = subscribeTopic('metrics', {
      onEvents: (samples) => {
        if ((samples as MetricEvent[]).some(({ kind }) => kind === 'workflow')) void client.invalidateQueries({ queryKey: metricKeys.all })
      },
    })
    return stop
  }, [client, on])
}

export function useWorkflowNames() {
  return useQuery({ queryKey: metricKeys.names, queryFn: ({ signal }) => api.get<PageBody<{ id: string; name: string }>>('/api/workflows?limit=200', { signal }), staleTime: NAMES_STALE_MS })
}

/** Names of a workflow's nodes; empty where it has none of them any more. */
export function useNodeNames(workflowId: string): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: metricKeys.nodes(workflowId), staleTime: NAMES_STALE_MS, retry: false,
    queryFn: async ({ signal }) => new Map((await api.get<WorkflowBody>(`/api/workflows/${encodeURIComponent(workflowId)}`, { signal })).graph.nodes.map(({ id, name }) => [id, name])),
  })
  return data ?? NO_NAMES
}
const NO_NAMES: ReadonlyMap<string, string> = new Map()
