'use client'

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { RunStatus } from '@/domain/run/run-state'
import { api, withQuery } from '@/components/live/api-client'
import type { PageBody } from '@/wire/page'
import type { QueueItem, QueuePage } from '@/wire/queue'
import type { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { MOST_BRANCHES, type ForksAnswer, type LoadedSnapshotBody, type RetryRunsAnswer, type RunBody, type RunDiffBody, type RunSummaryBody, type SnapshotBody } from '@/wire/runs'
import type { BranchRun } from './branch-figures'
import type { RunListFilter } from './merge-run-rows'
import { largeOf, type LargeValue } from '@/domain/run/large-value'
import { runGraphPath, runValuePath } from './run-paths'

/** What to run again, and what is edited before it. */
export type ForkWanted = { fromNode: string; overrides?: Record<string, { output?: Json; config?: Record<string, Json> }>; input?: Json }

export const runKeys = {
  all: ['runs'] as const,
  list: (filter: RunListFilter) => [...runKeys.all, 'list', filter] as const,
  detail: (id: string) => [...runKeys.all, 'detail', id] as const,
  queue: (runId?: string) => [...runKeys.all, 'queue', runId] as const,
  snapshots: (id: string) => [...runKeys.detail(id), 'snapshots'] as const,
}

/** The live topic keeps the list fresh; this bounds how stale it gets when the connection is lost. */
export const RUNS_STALE_MS = 15_000

export function useRuns(filter: RunListFilter) {
  return useInfiniteQuery({
    queryKey: runKeys.list(filter),
    queryFn: ({ pageParam, signal }) => api.get<PageBody<RunSummaryBody>>(withQuery('/api/runs', { ...filter, cursor: pageParam, limit: 50 }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: RUNS_STALE_MS,
  })
}

/** The line moves whenever a run ends somewhere: no event of the waiting run tells. */
const QUEUE_EVERY_MS = 2_000

/** The line, or where one run stands in it; asked only while somebody waits. */
export function useQueue({ runId, waiting }: { runId?: string; waiting: boolean }) {
  return useQuery({
    queryKey: runKeys.queue(runId),
    queryFn: ({ signal }) => api.get<QueuePage>(withQuery('/api/queue', { runId }), { signal }),
    enabled: waiting, refetchInterval: QUEUE_EVERY_MS, staleTime: 0,
    select: (page) => new Map(page.items.map((item): [string, QueueItem] => [item.runId, item])),
  })
}

export function useWorkflowNames() {
  return useQuery({
    queryKey: ['workflows', 'names'] as const,
    queryFn: ({ signal }) => api.get<PageBody<{ id: string; name: string }>>('/api/workflows?limit=100', { signal }),
    staleTime: 60_000,
  })
}

export function useSnapshots(id: string) {
  return useQuery({ queryKey: runKeys.snapshots(id), queryFn: ({ signal }) => api.get<PageBody<SnapshotBody>>(`/api/runs/${id}/snapshots`, { signal }), staleTime: 5_000 })
}

/** Loads a snapshot, which compares it with the log. */
export function useLoadSnapshot() {
  return useMutation({ mutationFn: (snapshotId: string) => api.get<LoadedSnapshotBody>(`/api/snapshots/${encodeURIComponent(snapshotId)}?outputs=reference`) })
}

/** Two kept moments node by node; snapshots do not change. */
export function useSnapshotDiff(id: string, otherId: string) {
  return useQuery({ queryKey: [...runKeys.all, 'snapshot-diff', id, otherId] as const, queryFn: ({ signal }) => api.get<RunDiffBody>(`/api/snapshots/${encodeURIComponent(id)}/diff/${encodeURIComponent(otherId)}?outputs=reference`, { signal }), staleTime: Infinity })
}

/** Goes on from a snapshot in a run of its own. */
export function useResumeSnapshot() {
  return useMutation({ mutationFn: (snapshotId: string) => api.post<{ id: string; parentRunId: string }>(`/api/snapshots/${encodeURIComponent(snapshotId)}/resume`) })
}

/** When runs of a workflow are kept by themselves. */
export function useSnapshotPolicy(workflowId: string) {
  return useQuery({ queryKey: snapshotPolicyKey(workflowId), queryFn: ({ signal }) => api.get<SnapshotPolicy>(`/api/workflows/${encodeURIComponent(workflowId)}/snapshots`, { signal }), staleTime: 60_000, retry: false })
}

export function useSetSnapshotPolicy(workflowId: string) {
  const client = useQueryClient()
  return useMutation({ mutationFn: (policy: SnapshotPolicy) => api.put<SnapshotPolicy>(`/api/workflows/${encodeURIComponent(workflowId)}/snapshots`, policy), onSuccess: (policy) => client.setQueryData(snapshotPolicyKey(workflowId), policy) })
}

const snapshotPolicyKey = (workflowId: string) => ['workflows', 'snapshots', workflowId] as const

export function useSaveSnapshot(id: string) {
  const client = useQueryClient()
  return useMutation({ mutationFn: (kept: { name: string; seq: number }) => api.post<SnapshotBody>(`/api/runs/${id}/snapshots`, kept), onSettled: () => client.invalidateQueries({ queryKey: runKeys.snapshots(id) }) })
}

export function useRemoveSnapshot(id: string) {
  const client = useQueryClient()
  return useMutation({ mutationFn: (snapshotId: string) => api.delete(`/api/snapshots/${snapshotId}`), onSettled: () => client.invalidateQueries({ queryKey: runKeys.snapshots(id) }) })
}

/** The answers of what follows arrive as events: no query is touched. */
export function useCancelRun(id: string) {
  return useMutation({ mutationFn: () => api.post(`/api/runs/${id}/cancel`) })
}

export function useAnswerApproval(id: string, nodeId: string) {
  return useMutation({
    mutationFn: (answer: { decision: 'approve' | 'reject'; comment?: string }) => api.post(`/api/runs/${id}/approvals/${encodeURIComponent(nodeId)}`, answer),
  })
}

/** All of them start, or none. */
export function useForkRuns(id: string) {
  return useMutation({ mutationFn: (branches: readonly ForkWanted[]) => api.post<ForksAnswer>(`/api/runs/${id}/forks`, { branches }) })
}

const BRANCH_EVERY_MS = 1_000

/** A run and its graph, read again until it has ended: what a page of several runs shows of each. */
export function branchOptions(id: string) {
  return {
    queryKey: [...runKeys.detail(id), 'branch'] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<BranchRun> => {
      const [run, { graph }] = await Promise.all([api.get<RunBody>(`/api/runs/${encodeURIComponent(id)}?outputs=reference`, { signal }), api.get<{ graph: Graph }>(runGraphPath(id), { signal })])
      return { run, graph }
    },
    refetchInterval: ({ state }: { state: { data: BranchRun | undefined } }) => (state.data && state.data.run.finishedAt !== null ? false : BRANCH_EVERY_MS),
    staleTime: 0,
  }
}

/** The newest runs that were forked from this one. */
export function useForksOf(id: string, enabled: boolean) {
  return useQuery({ queryKey: [...runKeys.detail(id), 'forks'] as const, queryFn: ({ signal }) => api.get<PageBody<RunSummaryBody>>(withQuery('/api/runs', { parentRunId: id, limit: MOST_BRANCHES }), { signal }), enabled, staleTime: 0 })
}

/** What is tried again shows as new rows, by the live topic. */
export function useRetryRuns() {
  return useMutation({ mutationFn: (ids: readonly string[]) => api.post<RetryRunsAnswer>('/api/runs/retry', { ids }) })
}

/** @param runId whose input it may be */
export function useRunAgain(runId: string, workflowId: string) {
  return useMutation({
    mutationFn: async ({ input, ...body }: { input: Json; version: number | 'draft'; priority: number }) => {
      const large = largeOf(input)
      return api.post<{ id: string }>(`/api/workflows/${encodeURIComponent(workflowId)}/runs`, { ...body, input: large ? await api.get<Json>(runValuePath(runId, large.hash)) : input })
    },
  })
}

/** How long a loaded value is kept when nothing shows it. */
const VALUE_KEPT_MS = 60_000

export function valueOptions(runId: string, hash: string) {
  return { queryKey: [...runKeys.detail(runId), 'value', hash] as const, queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Json>(runValuePath(runId, hash), { signal }), staleTime: Infinity, gcTime: VALUE_KEPT_MS }
}

/** A value that came as a reference, once it is wanted; what came whole is there at once. */
export function useWholeValue(runId: string, given: Json | LargeValue, wanted: boolean) {
  const large = largeOf(given)
  const query = useQuery({ ...valueOptions(runId, large?.hash ?? ''), enabled: large !== undefined && wanted })
  return { large, value: large ? query.data : (given as Json), isLoading: query.isFetching, error: query.error, retry: () => void query.refetch() }
}

/** Two runs node by node; either may still go on. */
export function diffOptions(runId: string, otherId: string) {
  return { queryKey: [...runKeys.detail(runId), 'diff', otherId] as const, queryFn: ({ signal }: { signal: AbortSignal }) => api.get<RunDiffBody>(`/api/runs/${encodeURIComponent(runId)}/diff/${encodeURIComponent(otherId)}?outputs=reference`, { signal }), refetchInterval: 5_000, staleTime: 0 }
}
