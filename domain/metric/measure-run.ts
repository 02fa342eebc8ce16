import type { EpochMs } from '@/domain/json'
import { isFinished, type RunState, type RunStatus, type Step } from '@/domain/run/run-state'
import { executionsOf } from './run-executions'
import type { Execution } from './statistics'

export type Tokens = { promptTokens: number; cachedTokens: number; completionTokens: number }
/** One model call that was answered. `node` as in executions: items of a map are calls of one node. */
export type ModelCall = Tokens & { node: string; model: string | undefined; simulated: boolean }

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
  failure: { code: string; message: string; node: string | undefined } | undefined
}

export function measureRun(id: string, run: RunState): RunMeasure {
  return {
    id, status: run.status, createdAt: run.createdAt ?? 0,
    durationMs: isFinished(run) && run.startedAt !== undefined && run.finishedAt !== undefined ? run.finishedAt - run.startedAt : undefined,
    ...executionsOf(run),
    calls: Object.entries(run.steps).flatMap(([key, step]) => callOf(key, step)),
    failure: run.status === 'failed' && run.error ? { code: run.error.code, message: run.error.message, node: run.failedNode?.replaceAll(/\[\d+\]/g, '') } : undefined,
  }
}

/** What a fork took over was not asked for again. */
function callOf(key: string, { usage, route, reusedFrom, pinned, input }: Step): ModelCall[] {
  if (!usage || reusedFrom !== undefined || pinned) return []
  const model = typeof input === 'object' && input !== null && !Array.isArray(input) && typeof input.model === 'string' ? input.model : undefined
  const { promptTokens, completionTokens, cachedTokens = 0 } = usage
  return [{ node: key.replaceAll(/\[\d+\]/g, ''), model, simulated: route?.simulated === true, promptTokens, completionTokens, cachedTokens }]
}
