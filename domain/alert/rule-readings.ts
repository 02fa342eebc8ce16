import { unreachable } from '@/domain/error'
import type { EpochMs } from '@/domain/json'
import type { RunExecutions } from '@/domain/metric/run-executions'
import { statisticsOf, type Execution } from '@/domain/metric/statistics'
import type { RuleDraft } from './alert-rule'
import { metricOf, type ExecutionFigure, type FleetFigure, type ServerFigure } from './metric-catalogue'
import type { Reading } from './next-alert'

/** A run that has ended, and all its nodes with it: an execution counts at the moment its run ended. */
export type RunSample = RunExecutions & { workflowId: string; endedAt: EpochMs; told?: ToldRun }
/** How the run is shown to somebody: what it and its nodes were called; of each node the step to look at, and the one it failed by. */
export type ToldRun = { runId: string; workflowName: string; names: Readonly<Record<string, string>>; steps: Readonly<Record<string, string>>; failedStep?: string }
/** The fleet at one moment. What was not known is absent. */
export type FleetSample = { at: EpochMs } & Partial<Record<FleetFigure, number>>
/** The server and its machine at one moment. */
export type ServerSample = { at: EpochMs } & Partial<Record<ServerFigure, number>>
export type Samples = { runs: readonly RunSample[]; fleet: readonly FleetSample[]; server: readonly ServerSample[] }

/** What an alert is about: `fleet`, `server`, `<workflow>` or `<workflow>/<node>`. */
export type Subject = string

type Measured = Pick<RuleDraft, 'metric' | 'filter' | 'windowMs'>

export function subjectParts(subject: Subject): { workflowId?: string; nodeId?: string } {
  if (subject === 'fleet' || subject === 'server') return {}
  const [workflowId = '', ...node] = subject.split('/')
  return { workflowId, ...(node.length > 0 && { nodeId: node.join('/') }) }
}

/**
 * The value of every subject of a rule over the window that ends at `at`: after its beginning, up to and with its end.
 * @param known subjects that had a state before: they are read too, if only to find a gap
 */
export function ruleReadings(rule: Measured, samples: Samples, at: EpochMs, known: Iterable<Subject> = []): Map<Subject, Reading> {
  const metric = metricOf(rule.metric)
  const from = at - rule.windowMs
  const within = (moment: EpochMs): boolean => moment > from && moment <= at
  if (metric.scope === 'fleet' || metric.scope === 'server') {
    const looks: readonly ({ at: EpochMs } & Partial<Record<string, number>>)[] = samples[metric.scope]
    return new Map([[metric.scope, meanOf(looks.flatMap((look) => (within(look.at) ? (look[metric.figure] ?? []) : [])))]])
  }

  const executions = new Map<Subject, Execution[]>([...known, ...named(rule, metric.scope)].map((subject) => [subject, []]))
  const count = (subject: Subject, more: readonly Execution[]): void => void executions.set(subject, [...(executions.get(subject) ?? []), ...more])
  for (const run of samples.runs) {
    if (!within(run.endedAt) || (rule.filter.workflowId ?? run.workflowId) !== run.workflowId) continue
    if (metric.scope === 'workflow') {
      if (run.run) count(run.workflowId, [run.run])
      continue
    }
    for (const [node, ended] of Object.entries(run.nodes)) if ((rule.filter.nodeId ?? node) === node) count(`${run.workflowId}/${node}`, ended)
  }
  return new Map([...executions].map(([subject, ended]) => [subject, figureOf(metric.figure, ended)]))
}

/** The subject that a rule names wholly is looked at even where nothing was ever executed. */
function named({ filter: { workflowId, nodeId } }: Measured, scope: 'workflow' | 'agent'): Subject[] {
  if (workflowId === undefined) return []
  if (scope === 'workflow') return [workflowId]
  return nodeId === undefined ? [] : [`${workflowId}/${nodeId}`]
}

function figureOf(figure: ExecutionFigure, ended: readonly Execution[]): Reading {
  if (figure === 'executions') return ended.length
  if (ended.length === 0) return undefined
  const { successRate, durationMs } = statisticsOf(ended)
  switch (figure) {
    case 'successRate': return successRate ?? undefined
    case 'failureRate': return successRate === null ? undefined : ended.filter((one) => !one.ok).length / ended.length
    case 'durationMean': return durationMs?.mean
    case 'durationP95': return durationMs?.p95
    default: return unreachable(figure)
  }
}

function meanOf(values: readonly number[]): Reading {
  return values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length
}
