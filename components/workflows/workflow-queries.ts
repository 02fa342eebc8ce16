'use client'

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Pause } from '@/domain/run/pause'
import { api, withQuery } from '@/components/live/api-client'
import type { PageBody } from '@/wire/page'
import type { WorkflowReportBody } from '@/wire/report'
import type { ChainBody, CreateWorkflowBody, PauseAnswer, TemplateBody, WorkflowBody, WorkflowSummaryBody } from '@/wire/workflows'
import { periodOf, type ReportDays } from './report-period'

export const workflowKeys = {
  all: ['workflows'] as const,
  list: (search: string) => [...workflowKeys.all, 'list', search] as const,
  report: (id: string, days: ReportDays) => ['workflow-report', id, days] as const,
  templates: ['templates'] as const,
}

export const WORKFLOWS_STALE_MS = 2_000
const REPORT_STALE_MS = 10_000

export function useWorkflows(search: string) {
  return useInfiniteQuery({
    queryKey: workflowKeys.list(search),
    queryFn: ({ pageParam, signal }) => api.get<PageBody<WorkflowSummaryBody>>(withQuery('/api/workflows', { search, cursor: pageParam, limit: 50 }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: WORKFLOWS_STALE_MS,
    // While one types the list stands still instead of blinking.
    placeholderData: (before) => before,
  })
}

export function useTemplates() {
  return useQuery({ queryKey: workflowKeys.templates, queryFn: ({ signal }) => api.get<PageBody<TemplateBody>>('/api/templates', { signal }), staleTime: Infinity })
}

/** Every change makes the list read again. */
function useWorkflowChange<A, R>(change: (given: A) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: workflowKeys.all }) })
}

export function useCreateWorkflow() {
  return useWorkflowChange((body: CreateWorkflowBody) => api.post<WorkflowBody>('/api/workflows', body))
}

export function useCreateChain() {
  return useWorkflowChange((body: ChainBody) => api.post<WorkflowBody>('/api/chains', body))
}

export function useDuplicateWorkflow() {
  return useWorkflowChange(async ({ id, nameOf }: { id: string; nameOf: (name: string) => string }) => {
    const { name, description, graph } = await fetchWorkflow(id)
    return api.post<WorkflowBody>('/api/workflows', { name: nameOf(name).slice(0, 120), description, graph })
  })
}

export function useSetPause() {
  return useWorkflowChange(({ id, paused }: { id: string; paused: Pause | null }) =>
    paused === null ? api.post<PauseAnswer>(`/api/workflows/${encodeURIComponent(id)}/resume`) : api.post<PauseAnswer>(`/api/workflows/${encodeURIComponent(id)}/pause`, { running: paused === 'all' }))
}

export function useDeleteWorkflow() {
  return useWorkflowChange((id: string) => api.delete<undefined>(`/api/workflows/${encodeURIComponent(id)}`))
}

/** What its runs of a period come to. Runs go on ending while one reads. */
export function useWorkflowReport(id: string, days: ReportDays) {
  return useQuery({ queryKey: workflowKeys.report(id, days), queryFn: ({ signal }) => api.get<WorkflowReportBody>(withQuery(`/api/workflows/${encodeURIComponent(id)}/report`, periodOf(days)), { signal }), staleTime: REPORT_STALE_MS, placeholderData: (before) => before })
}

export function fetchWorkflow(id: string): Promise<WorkflowBody> {
  return api.get<WorkflowBody>(`/api/workflows/${encodeURIComponent(id)}`)
}
