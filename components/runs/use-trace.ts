'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ExecutionStatistics } from '@/domain/metric/statistics'
import { nodeOfStep } from '@/domain/metric/run-executions'
import type { Graph } from '@/domain/graph/graph'
import { compileGraph, type RunGraph } from '@/domain/run/run-graph'
import { traceRun, type RunTrace, type Typical } from '@/domain/run/run-trace'
import { isFinished } from '@/domain/run/run-state'
import { api } from '@/components/live/api-client'
import { useRunStore, useRunView } from './run-context'
import { stepCount } from './run-figures'
import { useSpan } from './use-moment'

/** Steps from which a run that goes on is traced once a second only: tracing takes a good part of a frame then. */
const MANY_STEPS = 1_500
const MANY_EVERY_MS = 1_000

/** The whole run as spans. One that goes on is traced again as its end moves, not at every piece of text. */
export function useTrace(graph: Graph): RunTrace & { compiled: RunGraph } {
  const store = useRunStore()
  const { end } = useSpan()
  const finished = useRunView((view) => isFinished(view.head))
  const many = useRunView((view) => stepCount(view.head) > MANY_STEPS)
  const now = many ? Math.ceil(end / MANY_EVERY_MS) * MANY_EVERY_MS : end
  const compiled = useMemo(() => compileGraph(graph), [graph])
  return useMemo(() => {
    const { head } = store.view.getState()
    return { ...traceRun(head, compiled, finished ? (head.finishedAt ?? now) : now), compiled }
  }, [store, compiled, now, finished])
}

/** Figures of a workflow change with every run; what is typical hardly does. */
export const FIGURES_STALE_MS = 60_000

export type WorkflowFiguresBody = ExecutionStatistics & { agents: Record<string, ExecutionStatistics> }

/** Figures of the workflow's newest runs; undefined while they load, and where the workflow has been deleted. */
export function useWorkflowFigures(): WorkflowFiguresBody | undefined {
  const workflowId = useRunView((view) => view.head.workflowId)
  const { data } = useQuery({
    queryKey: ['workflows', workflowId, 'figures'] as const,
    queryFn: ({ signal }) => api.get<WorkflowFiguresBody>(`/api/metrics/workflows/${encodeURIComponent(workflowId)}`, { signal }),
    enabled: workflowId !== '',
    staleTime: FIGURES_STALE_MS,
    retry: false,
  })
  return data
}

/** What the step's node took in the workflow's runs. */
export function typicalOf(figures: WorkflowFiguresBody | undefined, key: string): Typical | undefined {
  const node = nodeOfStep(key)
  const found = figures && Object.hasOwn(figures.agents, node) ? figures.agents[node] : undefined
  return found?.durationMs ? { executions: found.executions, p50: found.durationMs.p50 } : undefined
}
