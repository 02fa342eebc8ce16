'use client'

import { useQuery } from '@tanstack/react-query'
import { api } from '@/components/live/api-client'
import type { PageBody } from '@/wire/page'
import type { FrozenVersionBody, WorkflowBody, WorkflowVersionBody } from '@/wire/workflows'

const pathOf = (id: string) => `/api/workflows/${encodeURIComponent(id)}`

const versionKeys = {
  of: (id: string) => ['workflows', 'versions', id] as const,
  list: (id: string) => [...versionKeys.of(id), 'list'] as const,
  draft: (id: string) => [...versionKeys.of(id), 'draft'] as const,
  frozen: (id: string, version: number) => [...versionKeys.of(id), 'frozen', version] as const,
}

/** Somebody may publish or go on drawing at any moment: both are read whenever the page opens. */
const VERSIONS_STALE_MS = 0

export function useVersions(id: string) {
  return useQuery({ queryKey: versionKeys.list(id), queryFn: ({ signal }) => api.get<PageBody<WorkflowVersionBody>>(`${pathOf(id)}/versions`, { signal }), staleTime: VERSIONS_STALE_MS })
}

export function useDraft(id: string) {
  return useQuery({ queryKey: versionKeys.draft(id), queryFn: ({ signal }) => api.get<WorkflowBody>(pathOf(id), { signal }), staleTime: VERSIONS_STALE_MS })
}

/** A version never changes. `undefined` asks for none. */
export function useFrozenVersion(id: string, version: number | undefined) {
  return useQuery({ queryKey: versionKeys.frozen(id, version ?? 0), queryFn: ({ signal }) => api.get<FrozenVersionBody>(`${pathOf(id)}/versions/${version}`, { signal }), staleTime: Infinity, enabled: version !== undefined })
}
