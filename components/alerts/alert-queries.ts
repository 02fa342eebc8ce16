'use client'

import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { MeasuredRule } from '@/domain/alert/alert-rule'
import { api, withQuery } from '@/components/live/api-client'
import type { AlertBody, PreviewAnswer, RuleBody, RuleBodyGiven, SilenceBody, SilenceGiven, TryDeliveryBody } from '@/wire/alerts'
import type { PageBody } from '@/wire/page'
import type { WorkflowBody } from '@/wire/workflows'

const alertKeys = {
  all: ['alerts'] as const,
  rules: ['alerts', 'rules'] as const,
  fired: ['alerts', 'fired'] as const,
  silences: ['alerts', 'silences'] as const,
  preview: (rule: MeasuredRule | undefined, hours: number) => ['alert-preview', rule, hours] as const,
}

/** The live topic makes lists read again; this bounds how stale they get without it. */
export const ALERTS_STALE_MS = 5_000
export const PREVIEW_STALE_MS = 30_000

export function useRules() {
  return useQuery({ queryKey: alertKeys.rules, queryFn: ({ signal }) => api.get<PageBody<RuleBody>>('/api/alert-rules', { signal }), staleTime: ALERTS_STALE_MS })
}

export function useFired() {
  return useInfiniteQuery({
    queryKey: alertKeys.fired,
    queryFn: ({ pageParam, signal }) => api.get<PageBody<AlertBody>>(withQuery('/api/alerts', { cursor: pageParam, limit: 20 }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: ALERTS_STALE_MS,
  })
}

export function useSilences() {
  return useQuery({ queryKey: alertKeys.silences, queryFn: ({ signal }) => api.get<PageBody<SilenceBody>>('/api/silences', { signal }), staleTime: ALERTS_STALE_MS, refetchInterval: 30_000 })
}

export function usePreview(rule: MeasuredRule | undefined, hours: number) {
  return useQuery({
    queryKey: alertKeys.preview(rule, hours), enabled: rule !== undefined, staleTime: PREVIEW_STALE_MS, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.post<PreviewAnswer>('/api/alert-rules/preview', { rule, hours }, { signal }),
  })
}

/** Every change makes all of them read again. */
function useAlertChange<A, R>(change: (given: A) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }) })
}

export function useRefreshAlerts(): () => void {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: alertKeys.all })
}

/** Without an id it is made. */
export function useSaveRule() {
  return useAlertChange(({ id, draft }: { id: string | undefined; draft: RuleBodyGiven }) => (id === undefined ? api.post<RuleBody>('/api/alert-rules', draft) : api.put<RuleBody>(`/api/alert-rules/${encodeURIComponent(id)}`, draft)))
}

export function useRemoveRule() {
  return useAlertChange((id: string) => api.delete<undefined>(`/api/alert-rules/${encodeURIComponent(id)}`))
}

export function useAcknowledge() {
  return useAlertChange((id: string) => api.post<AlertBody>(`/api/alerts/${encodeURIComponent(id)}/acknowledge`))
}

export function useAcknowledgeAll() {
  return useAlertChange((ids: readonly string[]) => api.post<PageBody<AlertBody>>('/api/alerts/acknowledge', { ids }))
}

export function useSilence() {
  return useAlertChange((silence: SilenceGiven) => api.post<SilenceBody>('/api/silences', silence))
}

export function useUnsilence() {
  return useAlertChange((id: string) => api.delete<undefined>(withQuery('/api/silences', { id })))
}

export function useTryDelivery() {
  return useMutation({ mutationFn: (body: TryDeliveryBody) => api.post<unknown>('/api/alert-rules/test', body) })
}

export function useWorkflowNames() {
  return useQuery({
    queryKey: ['workflows', 'names'] as const, staleTime: 60_000,
    queryFn: ({ signal }) => api.get<PageBody<{ id: string; name: string }>>('/api/workflows?limit=100', { signal }),
  })
}

/** The nodes of a workflow's draft, to choose one of. */
export function useNodes(workflowId: string) {
  return useQuery({
    queryKey: ['workflows', 'nodes', workflowId] as const, staleTime: 60_000, enabled: workflowId !== '',
    queryFn: async ({ signal }) => (await api.get<WorkflowBody>(`/api/workflows/${encodeURIComponent(workflowId)}`, { signal })).graph.nodes.map(({ id, name }) => ({ id, name })),
  })
}
