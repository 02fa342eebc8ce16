import type { RunEvent, RunId, Route, Usage } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import type { LogEntry } from '@/server/ports/log-store'

/** Refusals of a step that somebody who watches over the server wants to see. */
const SECURITY_CODES = ['EGRESS_REFUSED']

/** What the log says of facts that were just appended. @param state the run after them */
export function runLinesOf(runId: RunId, events: readonly RunEvent[], state: RunState): LogEntry[] {
  return events.flatMap((event): LogEntry[] => {
    switch (event.type) {
      case 'run.started':
        return [{ ...engine, level: 'INFO', category: 'task', message: 'Run started', runId }]
      case 'run.completed':
        return [{ ...engine, level: 'INFO', category: 'task', message: 'Run completed', runId }, spent(runId, state)]
      case 'run.failed':
        return [spent(runId, state)]
      case 'step.completed':
        return event.route === undefined || event.reused !== undefined ? [] : [answered(runId, event.nodeId, event.route, event.usage)]
      case 'step.retrying':
        if (event.interrupted) return [{ ...engine, level: 'WARNING', category: 'task', message: `Step ${event.nodeId} was interrupted and starts again`, runId, nodeId: event.nodeId }]
        return refused(runId, event)
      case 'step.failed':
        return event.reused === undefined ? refused(runId, event) : []
      default:
        return []
    }
  })
}

const engine = { component: 'engine' } as const

/** Where a model call went, and what it took. */
function answered(runId: RunId, nodeId: string, route: Route, usage: Usage | undefined): LogEntry {
  const { instance, policy, queueMs, prefillMs, decodeMs } = route
  return {
    ...engine, level: 'INFO', category: 'agent', message: `${nodeId} was answered by ${instance}: ${usage?.completionTokens ?? route.completionTokens} tokens`, runId, nodeId,
    data: () => ({ instance, policy, queueMs, prefillMs, decodeMs, promptTokens: route.promptTokens, cachedTokens: route.cachedTokens ?? null, completionTokens: route.completionTokens }),
  }
}

function spent(runId: RunId, { startedAt, finishedAt, createdAt, steps, status, workflowName }: RunState): LogEntry {
  const durationMs = startedAt === undefined || finishedAt === undefined ? 0 : finishedAt - startedAt
  return {
    ...engine, level: 'INFO', category: 'performance', message: `Run ${status} after ${durationMs} ms`, runId,
    data: () => {
      const all = Object.values(steps)
      const sum = (of: (step: (typeof all)[number]) => number | undefined): number => all.reduce((total, step) => total + (of(step) ?? 0), 0)
      return {
        workflow: workflowName, durationMs, waitedMs: startedAt === undefined || createdAt === undefined ? 0 : startedAt - createdAt, steps: all.length, attempts: sum((step) => step.attempts.length),
        promptTokens: sum((step) => step.usage?.promptTokens), completionTokens: sum((step) => step.usage?.completionTokens), queueMs: sum((step) => step.route?.queueMs),
      }
    },
  }
}

function refused(runId: RunId, { nodeId, error, attempt }: Extract<RunEvent, { type: 'step.failed' | 'step.retrying' }>): LogEntry[] {
  return SECURITY_CODES.includes(error.code) ? [{ ...engine, level: 'WARNING', category: 'security', message: `Step ${nodeId} was refused a call: ${error.message}`, runId, nodeId, data: { code: error.code, attempt } }] : []
}
