'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '@/components/live/api-client'
import type { ServerFiguresBody, ServerProfileBody } from '@/wire/server'

const FIGURES_EVERY_MS = 5_000

/** What the server and its machine are at. */
export function useServerFigures() {
  return useQuery({ queryKey: ['server', 'figures'] as const, queryFn: ({ signal }) => api.get<ServerFiguresBody>('/api/server/figures', { signal }), refetchInterval: FIGURES_EVERY_MS, staleTime: 0 })
}

/** Answers when the recording is over. */
export function useRecordProfile() {
  return useMutation({ mutationFn: (wanted: { kind: 'cpu' | 'heap'; durationMs: number }) => api.post<ServerProfileBody>('/api/server/profile', wanted) })
}
