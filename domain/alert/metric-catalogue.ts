import { unreachable } from '@/domain/error'

/** `share` 0 to 1, `ms`, `count`. */
type MetricUnit = 'share' | 'ms' | 'count'
/** What one value speaks of: every workflow, every node of every workflow, the fleet as a whole, or the server that judges. */
export type MetricScope = 'workflow' | 'agent' | 'fleet' | 'server'
/** Over the executions that ended within the window. */
export type ExecutionFigure = 'failureRate' | 'successRate' | 'durationMean' | 'durationP95' | 'executions'
/** Looked up in samples of the fleet; the value is the mean of the samples within the window. */
export type FleetFigure = 'queued' | 'running' | 'waiting' | 'kvUsage' | 'hitRate' | 'healthy'
/** Looked up in samples of the server's process and its machine, and read as those of the fleet. `memory` and `disk`: the share in use. */
export type ServerFigure = 'cpu' | 'memory' | 'heap' | 'disk' | 'loopDelay' | 'queuedRuns' | 'messages'

export const METRIC_IDS = [
  'workflow.failureRate', 'workflow.successRate', 'workflow.durationMean', 'workflow.durationP95', 'workflow.executions',
  'agent.failureRate', 'agent.successRate', 'agent.durationMean', 'agent.durationP95', 'agent.executions',
  'fleet.queued', 'fleet.running', 'fleet.waiting', 'fleet.kvUsage', 'fleet.hitRate', 'fleet.healthy',
  'server.cpu', 'server.memory', 'server.heap', 'server.disk', 'server.loopDelay', 'server.queuedRuns', 'server.messages',
] as const
export type MetricId = (typeof METRIC_IDS)[number]

/** `agent` counts every node with executions, as `agents` of `GET /api/metrics/workflows/{id}` does. */
export type Metric = { id: MetricId; unit: MetricUnit } & ({ scope: 'workflow' | 'agent'; figure: ExecutionFigure } | { scope: 'fleet'; figure: FleetFigure } | { scope: 'server'; figure: ServerFigure })

/** Which metrics there are, with their unit and how they are read. */
export function metricOf(id: MetricId): Metric {
  const [scope, figure] = id.split('.') as [MetricScope, ExecutionFigure & FleetFigure & ServerFigure]
  return { id, scope, figure, unit: unitOf(figure) } as Metric
}

/** Whether its values are looked up at moments, rather than counted from runs that ended. */
export function isLookedUp(scope: MetricScope): scope is 'fleet' | 'server' {
  return scope === 'fleet' || scope === 'server'
}

function unitOf(figure: ExecutionFigure | FleetFigure | ServerFigure): MetricUnit {
  switch (figure) {
    case 'failureRate': case 'successRate': case 'kvUsage': case 'hitRate': case 'cpu': case 'memory': case 'heap': case 'disk': return 'share'
    case 'durationMean': case 'durationP95': case 'loopDelay': return 'ms'
    case 'executions': case 'queued': case 'running': case 'waiting': case 'healthy': case 'queuedRuns': case 'messages': return 'count'
    default: return unreachable(figure)
  }
}
