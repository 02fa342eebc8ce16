'use client'

import { useQuery } from '@tanstack/react-query'
import type { FleetView } from '@/domain/route/fleet-view'
import { api } from '@/components/live/api-client'

/** Names of the models that the fleet serves now. */
export function useServedModels(): string[] {
  const { data } = useQuery({ queryKey: ['fleet'] as const, queryFn: ({ signal }) => api.get<FleetView>('/api/fleet', { signal }), staleTime: 60_000 })
  return [...new Set(data?.instances.flatMap((instance) => instance.models))].sort()
}
