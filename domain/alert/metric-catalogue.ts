import { unreachable } from '@/domain/error'

/** `share` 0 to 1, `ms`, `count`. */
type MetricUnit = 'share' | 'ms' | 'count'
/** What one value speaks of: every workflow, every node of every workflow, or the fleet as a whole. */
export type MetricScope = 'workflow' | 'agent' | 'fleet'
/** Over the executions that ended within the window. */
export type ExecutionFigure = 'failureRate' | 'successRate' | 'durationMean' | 'durationP95' | 'executions'
/** Looked up in samples of the fleet; the value is the mean of the samples within the window. */
export type FleetFigure = 'queued' | 'running' | 'waiting' | 'kvUsage' | 'hitRate' | 'healthy'

export const METRIC_IDS = [
  'workflow.failureRate', 'workflow.successRate', 'workflow.durationMean', 'workflow.durationP95', 'workflow.executions',
  'agent.failureRate', 'agent.successRate', 'agent.durationMean', 'agent.durationP95', 'agent.executions',
  'fleet.queued', 'fleet.running', 'fleet.waiting', 'fleet.kvUsage', 'fleet.hitRate', 'fleet.healthy',
] as const
export type MetricId = (typeof METRIC_IDS)[number]

/** `agent` counts every node with executions, as `agents` of `GET /api/metrics/workflows/{id}` does. */
export type Metric = { id: MetricId; unit: MetricUnit } & ({ scope: 'workflow' | 'agent'; figure: ExecutionFigure } | { scope: 'fleet'; figure: FleetFigure })

/** Which metrics there are, with their unit and how they are read. */
export function metricOf(id: MetricId): Metric {
  const [scope, figure] = id.split('.') as [MetricScope, ExecutionFigure & FleetFigure]
  return { id, scope, figure, unit: unitOf(figure) } as Metric
}

function unitOf(figure: ExecutionFigure | FleetFigure): MetricUnit {
  switch (figure) {
    case 'failureRate': case 'successRate': case 'kvUsage': case 'hitRate': return 'share'
    case 'durationMean': case 'durationP95': return 'ms'
    case 'executions': case 'queued': case 'running': case 'waiting': case 'healthy': return 'count'
    default: return unreachable(figure)
  }
}
