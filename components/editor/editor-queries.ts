'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { Pause } from '@/domain/run/pause'
import type { FrozenVersionBody, PauseAnswer, WorkflowBody } from '@/wire/workflows'
import { api } from '@/components/live/api-client'

const pathOf = (id: string) => `/api/workflows/${encodeURIComponent(id)}`

export const fetchWorkflow = (id: string) => api.get<WorkflowBody>(pathOf(id))
export const fetchVersion = (id: string, version: string) => api.get<FrozenVersionBody>(`${pathOf(id)}/versions/${encodeURIComponent(version)}`)
export const saveWorkflow = (id: string, change: { name: string; graph: Graph; revision: number }) => api.put<WorkflowBody>(pathOf(id), change)

/** Read once when the editor opens: from then on the editor's store is what counts. */
export function useWorkflow(id: string) {
  return useQuery({ queryKey: ['workflows', 'detail', id] as const, queryFn: () => fetchWorkflow(id), staleTime: 0, gcTime: 0, refetchOnReconnect: false })
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
