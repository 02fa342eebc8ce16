import { z } from 'zod'
import { unreachable } from '@/domain/error'
import type { EpochMs } from '@/domain/json'
import type { Execution } from '@/domain/metric/statistics'
import { metricOf } from './metric-catalogue'
import type { RuleDraft } from './alert-rule'
import { subjectParts, type RunSample, type Subject } from './rule-readings'

/** One run that an alert speaks of, to begin looking at, and what its workflow and node were called in it. */
export const AlertCase = z.object({ runId: z.string(), workflowName: z.string(), nodeName: z.string().optional(), /** The step to look at. */ step: z.string().optional() })
export type AlertCase = z.infer<typeof AlertCase>

/**
 * The run of a subject that shows best why a rule fires: the newest with a failure, the slowest where it is about durations, else the
 * newest. Undefined: none ended within the window.
 */
export function caseOf({ metric, windowMs }: Pick<RuleDraft, 'metric' | 'windowMs'>, runs: readonly RunSample[], subject: Subject, at: EpochMs): AlertCase | undefined {
  const { workflowId, nodeId } = subjectParts(subject)
  if (workflowId === undefined) return undefined
  const candidates = runs.flatMap((run) => {
    const executions = nodeId === undefined ? (run.run ? [run.run] : []) : (own(run.nodes, nodeId) ?? [])
    return run.workflowId === workflowId && run.endedAt > at - windowMs && run.endedAt <= at && run.told && executions.length > 0 ? [{ endedAt: run.endedAt, told: run.told, executions }] : []
  })
  const weigh = weightOf(metric)
  const best = candidates.reduce<(typeof candidates)[number] | undefined>((before, one) => (before === undefined || weigh(one.executions) > weigh(before.executions) || (weigh(one.executions) === weigh(before.executions) && one.endedAt > before.endedAt) ? one : before), undefined)
  if (!best) return undefined
  const { runId, workflowName, names, steps, failedStep } = best.told
  const [nodeName, step] = nodeId === undefined ? [undefined, failedStep] : [own(names, nodeId), own(steps, nodeId)]
  return { runId, workflowName, ...(nodeName !== undefined && { nodeName }), ...(step !== undefined && { step }) }
}

/** A node may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function weightOf(metric: RuleDraft['metric']): (executions: readonly Execution[]) => number {
  const { scope, figure } = metricOf(metric)
  if (scope === 'fleet' || scope === 'server') return () => 0
  switch (figure) {
    case 'durationMean': case 'durationP95': return (executions) => Math.max(...executions.map(({ durationMs }) => durationMs))
    case 'failureRate': case 'successRate': case 'executions': return (executions) => (executions.some(({ ok }) => !ok) ? 1 : 0)
    default: return unreachable(figure)
  }
}
