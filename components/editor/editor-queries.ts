'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { FleetView } from '@/domain/route/fleet-view'
import type { Pause } from '@/domain/run/pause'
import type { Trial } from '@/domain/run/trial'
import type { WorkflowCacheBody } from '@/wire/cache'
import type { AppendOperationsAnswer, OperationsBody } from '@/wire/operations'
import type { PageBody } from '@/wire/page'
import type { McpToolsBody } from '@/wire/mcp'
import type { TextPreviewAnswer } from '@/wire/preview'
import type { ItemResultsBody, WorkflowResultsBody } from '@/wire/results'
import type { RunItemsBody } from '@/wire/runs'
import type { ToolTrialAnswer } from '@/wire/tool-trial'
import type { FrozenVersionBody, GraphIssueBody, PauseAnswer, WorkflowBody, WorkflowSummaryBody, WorkflowVersionBody } from '@/wire/workflows'
import { api, withQuery } from '@/components/live/api-client'
import type { DraftServer } from './autosave'
import type { ModelListing } from './forms/model-choices'

const OTHERS_STALE_MS = 5_000
const CACHE_STALE_MS = 15_000
/** A pause in the typing after which the server is asked. */
const TYPING_MS = 400

const pathOf = (id: string) => `/api/workflows/${encodeURIComponent(id)}`

export const fetchWorkflow = (id: string) => api.get<WorkflowBody>(pathOf(id))
export const fetchVersion = (id: string, version: string) => api.get<FrozenVersionBody>(`${pathOf(id)}/versions/${encodeURIComponent(version)}`)
/** Edits of a draft, one by one. */
export const draftServerOf = (id: string): DraftServer => ({
  append: (revision, operations) => api.post<AppendOperationsAnswer>(`${pathOf(id)}/operations`, { revision, operations }),
  since: (revision) => api.get<OperationsBody>(withQuery(`${pathOf(id)}/operations`, { after: revision })),
})

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

/** Models that may be named; `known`: the fleet has answered. A process without a router has no list of its own: the instances are enough. */
export function useModels(enabled = true) {
  const fleet = useQuery({ queryKey: ['fleet'] as const, queryFn: ({ signal }) => api.get<FleetView>('/api/fleet', { signal }), enabled, staleTime: OTHERS_STALE_MS, retry: false })
  const list = useQuery({ queryKey: ['fleet', 'listings'] as const, queryFn: ({ signal }) => api.get<{ data: ModelListing[] }>('/v1/models', { signal }), enabled, staleTime: OTHERS_STALE_MS, retry: false })
  return { fleet: fleet.data, listings: list.data?.data ?? [], known: fleet.data !== undefined && !list.isPending }
}

export const lastResultsKey = (id: string) => ['workflows', 'results', id] as const

/** What the nodes did when they ran last; read again when a run ends. */
export function useWorkflowResults(id: string) {
  return useQuery({ queryKey: lastResultsKey(id), queryFn: ({ signal }) => api.get<WorkflowResultsBody>(`${pathOf(id)}/results`, { signal }), staleTime: OTHERS_STALE_MS })
}

/** What a map of a run went through. */
export function useRunItems(runId: string, mapKey: string) {
  return useQuery({ queryKey: ['runs', 'items', runId, mapKey] as const, queryFn: ({ signal }) => api.get<RunItemsBody>(withQuery(`/api/runs/${runId}/items`, { map: mapKey }), { signal }), staleTime: OTHERS_STALE_MS })
}

/** What the body of a map did with one item, which somebody chose to look at; a step that has ended does not change. */
export function useItemResults(runId: string, item: string, enabled: boolean) {
  return useQuery({ queryKey: ['runs', 'item-results', runId, item] as const, queryFn: ({ signal }) => api.get<ItemResultsBody>(withQuery(`/api/runs/${runId}/items/results`, { item }), { signal }), enabled, staleTime: OTHERS_STALE_MS })
}

/** What a text gives on the last outputs; asked for in a pause of the typing. */
export function useTextPreview(id: string, language: 'liquid' | 'cel' | 'either', text: string, enabled: boolean) {
  return useQuery({
    queryKey: [...lastResultsKey(id), 'preview', language, text] as const,
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS))
      signal.throwIfAborted()
      return api.post<TextPreviewAnswer>(`${pathOf(id)}/preview`, { language, text }, { signal })
    },
    enabled, staleTime: OTHERS_STALE_MS, gcTime: 0, retry: false, placeholderData: (before) => before,
  })
}

export const startTrial = (id: string, wanted: { trial: Trial; input?: Json }) => api.post<{ id: string }>(`${pathOf(id)}/runs`, { ...wanted, version: 'draft' })

/** What an MCP server offers; asked for when somebody wants to know. */
export function useMcpTools() {
  return useMutation({ mutationFn: (server: { url: string; headers: Record<string, string> }) => api.post<McpToolsBody>('/api/mcp/tools', server) })
}

/** Calls a tool once, by the server. */
export function useTryTool() {
  return useMutation({ mutationFn: (wanted: { tool: Json; arguments: Json }) => api.post<ToolTrialAnswer>('/api/tools/try', wanted) })
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

/** Workflows that a node may run. */
export function useCallableWorkflows() {
  return useQuery({ queryKey: ['workflows', 'callable'] as const, queryFn: () => api.get<PageBody<WorkflowSummaryBody>>(withQuery('/api/workflows', { limit: 200 })), staleTime: OTHERS_STALE_MS })
}

/** What a called workflow takes, and its versions. `id` empty: none is chosen yet. */
export function useCallee(id: string, version: number | undefined) {
  const graph = useQuery({
    queryKey: ['workflows', 'callee', id, version ?? 'newest'] as const,
    queryFn: async () => {
      const workflow = await fetchWorkflow(id)
      const wanted = version ?? workflow.latestVersion
      return { name: workflow.name, latestVersion: workflow.latestVersion, graph: wanted === null ? workflow.graph : (await fetchVersion(id, String(wanted))).graph }
    },
    enabled: id !== '', staleTime: OTHERS_STALE_MS, retry: false,
  })
  const versions = useQuery({ queryKey: ['workflows', 'callee-versions', id] as const, queryFn: () => api.get<PageBody<WorkflowVersionBody>>(`${pathOf(id)}/versions`), enabled: id !== '', staleTime: OTHERS_STALE_MS, retry: false })
  return { callee: graph.data, versions: versions.data?.items ?? [] }
}

/** What is wrong between the graph and the workflows that it runs: only the server knows those. */
export function useIssuesOfCalls(workflowId: string, graph: Graph, enabled: boolean) {
  const text = enabled ? JSON.stringify(graph) : ''
  return useQuery({
    queryKey: ['workflows', 'issues-of-calls', workflowId, text] as const,
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS))
      signal.throwIfAborted()
      return api.post<{ issues: GraphIssueBody[] }>('/api/workflows/validate', { graph, workflowId })
    },
    enabled, staleTime: OTHERS_STALE_MS, gcTime: 0, retry: false, placeholderData: (before) => before,
  })
}
