import type { Graph } from '@/domain/graph/graph'
import { nodeNamesIn } from '@/domain/graph/node-names'
import type { EpochMs } from '@/domain/json'
import { isFinished, type RunState, type RunStatus, type Step } from '@/domain/run/run-state'
import { executionsOf, nodeOfStep } from './run-executions'
import type { Execution } from './statistics'
import { pricedCall, type PricedCall } from './token-price'

export type Tokens = { promptTokens: number; cachedTokens: number; completionTokens: number }
/** One model call that was answered. `node` as in executions: items of a map are calls of one node. */
export type ModelCall = Tokens & PricedCall & { node: string; simulated: boolean }

/** What a run comes to, for figures over many. A finished run's does not change any more. */
export type RunMeasure = {
  id: string
  status: RunStatus
  createdAt: EpochMs
  /** Undefined: not finished, or never begun. */
  durationMs: number | undefined
  run: Execution | undefined
  nodes: Record<string, Execution[]>
  calls: ModelCall[]
  failure: { code: string; message: string; node: string | undefined; step: string | undefined } | undefined
  /** What the nodes were called in the version it ran on, as far as that is known. */
  names: Readonly<Record<string, string>>
}

export function measureRun(id: string, run: RunState, graph?: Graph): RunMeasure {
  return {
    id, status: run.status, createdAt: run.createdAt ?? 0,
    durationMs: isFinished(run) && run.startedAt !== undefined && run.finishedAt !== undefined ? run.finishedAt - run.startedAt : undefined,
    ...executionsOf(run),
    names: graph ? nodeNamesIn(graph, new Set(Object.keys(run.steps).map(nodeOfStep))) : {},
    calls: Object.entries(run.steps).flatMap(([key, step]) => callOf(key, step)),
    failure: run.status === 'failed' && run.error ? { code: run.error.code, message: run.error.message, node: run.failedNode === undefined ? undefined : nodeOfStep(run.failedNode), step: run.failedNode } : undefined,
  }
}

function callOf(key: string, step: Step): ModelCall[] {
  const call = pricedCall(step)
  if (!call) return []
  return [{ node: nodeOfStep(key), ...call, simulated: step.route?.simulated === true, cachedTokens: step.usage?.cachedTokens ?? 0 }]
}
