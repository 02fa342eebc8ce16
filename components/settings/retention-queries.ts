'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { RetentionPolicy } from '@/domain/retention/retention-policy'
import { api } from '@/components/live/api-client'
import type { RetentionPreviewBody } from '@/wire/retention'

const retentionKeys = {
  all: ['retention'] as const,
  preview: (policy: RetentionPolicy | undefined) => [...retentionKeys.all, 'preview', policy] as const,
}

export function useRetention() {
  return useQuery({ queryKey: retentionKeys.all, queryFn: ({ signal }) => api.get<RetentionPolicy>('/api/retention', { signal }), staleTime: Infinity, gcTime: 0 })
}

/** What a policy would delete now. */
export function useRetentionPreview(policy: RetentionPolicy | undefined) {
  return useQuery({ queryKey: retentionKeys.preview(policy), queryFn: ({ signal }) => api.post<RetentionPreviewBody>('/api/retention/preview', policy, { signal }), enabled: policy !== undefined, staleTime: 5_000, placeholderData: (before) => before })
}

export function useSetRetention() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (policy: RetentionPolicy) => api.put<RetentionPolicy>('/api/retention', policy),
    onSuccess: (policy) => client.setQueryData(retentionKeys.all, policy),
  })
}
