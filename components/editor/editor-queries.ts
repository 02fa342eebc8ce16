'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { Pause } from '@/domain/run/pause'
import type { WorkflowCacheBody } from '@/wire/cache'
import type { PageBody } from '@/wire/page'
import type { FrozenVersionBody, PauseAnswer, WorkflowBody, WorkflowSummaryBody } from '@/wire/workflows'
import { api, withQuery } from '@/components/live/api-client'

const OTHERS_STALE_MS = 5_000
const CACHE_STALE_MS = 15_000

const pathOf = (id: string) => `/api/workflows/${encodeURIComponent(id)}`

export const fetchWorkflow = (id: string) => api.get<WorkflowBody>(pathOf(id))
export const fetchVersion = (id: string, version: string) => api.get<FrozenVersionBody>(`${pathOf(id)}/versions/${encodeURIComponent(version)}`)
export const saveWorkflow = (id: string, change: { name: string; graph: Graph; revision: number }) => api.put<WorkflowBody>(pathOf(id), change)

/** Read once when the editor opens: from then on the editor's store is what counts. */
export function useWorkflow(id: string) {
  return useQuery({ queryKey: ['workflows', 'detail', id] as const, queryFn: () => fetchWorkflow(id), staleTime: 0, gcTime: 0, refetchOnReconnect: false })
}

/** Workflows to open from here, by name. */
export function useOtherWorkflows(search: string) {
  return useQuery({
    queryKey: ['workflows', 'jump', search] as const,
    queryFn: ({ signal }) => api.get<PageBody<WorkflowSummaryBody>>(withQuery('/api/workflows', { search, limit: 6 }), { signal }),
    staleTime: OTHERS_STALE_MS,
    placeholderData: (before) => before,
  })
}

/** What the KV cache held in the newest runs. An editor without it shows guesses. */
export function useWorkflowCache(id: string) {
  return useQuery({ queryKey: ['workflows', 'cache', id] as const, queryFn: ({ signal }) => api.get<WorkflowCacheBody>(`${pathOf(id)}/cache`, { signal }), staleTime: CACHE_STALE_MS })
}

export function usePublish(id: string) {
  return useMutation({ mutationFn: (note: string) => api.post<{ version: number }>(`${pathOf(id)}/publish`, { note }) })
}

export function useStartRun(id: string) {
  return useMutation({ mutationFn: (wanted: { input: Json; priority: number }) => api.post<{ id: string }>(`${pathOf(id)}/runs`, { ...wanted, version: 'draft' }) })
}

export function useSetPause(id: string) {
  return useMutation({ mutationFn: (paused: Pause | null) => (paused === null ? api.post<PauseAnswer>(`${pathOf(id)}/resume`) : api.post<PauseAnswer>(`${pathOf(id)}/pause`, { running: paused === 'all' })) })
}
