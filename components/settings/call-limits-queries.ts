'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CallLimits } from '@/domain/rate/call-limits'
import { api } from '@/components/live/api-client'

const callLimitKeys = { all: ['call-limits'] as const }

export function useCallLimits() {
  return useQuery({ queryKey: callLimitKeys.all, queryFn: ({ signal }) => api.get<CallLimits>('/api/call-limits', { signal }), staleTime: Infinity, gcTime: 0 })
}

export function useSetCallLimits() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (limits: CallLimits) => api.put<CallLimits>('/api/call-limits', limits),
    onSuccess: (limits) => client.setQueryData(callLimitKeys.all, limits),
  })
}
