'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '@/components/live/api-client'
import type { PageBody } from '@/wire/page'
import type { DeliveryBody, FireBody, HookBody, HookChange, HookWithSecret, ScheduleBody, ScheduleChange } from '@/wire/triggers'
import type { WorkflowBody } from '@/wire/workflows'

const triggerKeys = {
  of: (workflowId: string) => ['triggers', workflowId] as const,
  schedules: (workflowId: string) => [...triggerKeys.of(workflowId), 'schedules'] as const,
  hooks: (workflowId: string) => [...triggerKeys.of(workflowId), 'hooks'] as const,
  target: (workflowId: string) => [...triggerKeys.of(workflowId), 'target'] as const,
  fires: (workflowId: string, id: string) => [...triggerKeys.of(workflowId), 'fires', id] as const,
  deliveries: (workflowId: string, id: string) => [...triggerKeys.of(workflowId), 'deliveries', id] as const,
}

/** While the dialog is open: what fired, and what was delivered, shows by itself. */
export const TRIGGERS_REFRESH_MS = 5_000
const workflowPath = (id: string) => `/api/workflows/${encodeURIComponent(id)}`

function useItems<T>(queryKey: readonly string[], path: string) {
  return useQuery({ queryKey, queryFn: ({ signal }) => api.get<PageBody<T>>(path, { signal }).then((page) => page.items), refetchInterval: TRIGGERS_REFRESH_MS, staleTime: 0 })
}

export const useSchedules = (workflowId: string) => useItems<ScheduleBody>(triggerKeys.schedules(workflowId), `${workflowPath(workflowId)}/schedules`)
export const useHooks = (workflowId: string) => useItems<HookBody>(triggerKeys.hooks(workflowId), `${workflowPath(workflowId)}/hooks`)
export const useFires = (workflowId: string, id: string) => useItems<FireBody>(triggerKeys.fires(workflowId, id), `/api/schedules/${id}/fires`)
export const useDeliveries = (workflowId: string, id: string) => useItems<DeliveryBody>(triggerKeys.deliveries(workflowId, id), `/api/hooks/${id}/deliveries`)

/** What a trigger would start: the draft for its input, and the versions there are. */
export function useTarget(workflowId: string) {
  return useQuery({
    queryKey: triggerKeys.target(workflowId),
    queryFn: async ({ signal }) => {
      const [workflow, versions] = await Promise.all([
        api.get<WorkflowBody>(workflowPath(workflowId), { signal }),
        api.get<PageBody<{ version: number }>>(`${workflowPath(workflowId)}/versions`, { signal }),
      ])
      return { graph: workflow.graph, versions: versions.items.map((one) => one.version) }
    },
    staleTime: 0,
  })
}

/** Every change makes the lists of this workflow read again. */
function useTriggerChange<A, R>(workflowId: string, change: (given: A) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: triggerKeys.of(workflowId) }) })
}

/** Without an id: a new one. */
export function useSaveSchedule(workflowId: string) {
  return useTriggerChange(workflowId, ({ id, change }: { id?: string | undefined; change: ScheduleChange }) =>
    id === undefined ? api.post<ScheduleBody>(`${workflowPath(workflowId)}/schedules`, change) : api.put<ScheduleBody>(`/api/schedules/${id}`, change))
}

export function useRemoveSchedule(workflowId: string) {
  return useTriggerChange(workflowId, (id: string) => api.delete(`/api/schedules/${id}`))
}

export function useCreateHook(workflowId: string) {
  return useTriggerChange(workflowId, (change: HookChange) => api.post<HookWithSecret>(`${workflowPath(workflowId)}/hooks`, change))
}

export function useChangeHook(workflowId: string) {
  return useTriggerChange(workflowId, ({ id, change }: { id: string; change: HookChange }) => api.put<HookBody>(`/api/hooks/${id}`, change))
}

export function useRotateHook(workflowId: string) {
  return useTriggerChange(workflowId, (id: string) => api.post<HookWithSecret>(`/api/hooks/${id}/rotate`))
}

export function useRemoveHook(workflowId: string) {
  return useTriggerChange(workflowId, (id: string) => api.delete(`/api/hooks/${id}`))
}
