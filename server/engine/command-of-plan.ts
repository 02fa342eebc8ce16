import { unreachable } from '@/domain/error'
import type { EpochMs } from '@/domain/json'
import type { RunCommand } from '@/domain/run/decide-run'
import { isReceive, noMessage } from '@/domain/run/messages'
import type { Plan } from '@/domain/run/plan-run'
import { locate, type RunGraph } from '@/domain/run/run-graph'
import { timedOut } from './attempt/failure-of'

/** The wish that carries a plan out, where saying so in the log is all there is to do. */
export function commandOfPlan(plan: Exclude<Plan, { do: 'wake' | 'start' | 'follow' }>, graph: RunGraph, now: EpochMs, random: () => number): RunCommand {
  switch (plan.do) {
    case 'begin':
      return { do: 'begin' }
    case 'skip':
      return { do: 'skip-step', key: plan.key, reason: plan.reason }
    case 'collect':
      return { do: 'complete-step', key: plan.key, attempt: plan.attempt, output: plan.output }
    case 'give-up':
      return { do: 'fail-step', key: plan.key, attempt: plan.attempt, error: plan.error, now, random: random() }
    case 'deliver':
      return { do: 'deliver', key: plan.key, attempt: plan.attempt, messageId: plan.messageId, now }
    case 'drop':
      return { do: 'drop-message', messageId: plan.messageId }
    case 'time-out':
      return { do: 'time-out-step', key: plan.key, attempt: plan.attempt, error: { ...timedOut(plan.timeoutMs), retryable: false } }
    case 'expire':
      return expire(plan.key, plan.attempt, graph, now)
    case 'wait':
      return { do: 'wait', keys: plan.keys }
    case 'complete':
      return { do: 'complete', output: plan.output }
    case 'fail':
      return { do: 'fail', error: plan.error, ...(plan.key !== undefined && { key: plan.key }) }
    default:
      return unreachable(plan)
  }
}

function expire(key: string, attempt: number, graph: RunGraph, now: EpochMs): RunCommand {
  const node = locate(graph, key)?.node
  if (isReceive(node)) return { do: 'fail-step', key, attempt, error: noMessage(node), now, random: 0 }
  const onTimeout = node?.type === 'approval' ? node.config.onTimeout : 'fail'
  if (onTimeout !== 'fail') return { do: 'answer', key, decision: onTimeout, comment: 'Nobody answered in time', by: 'timeout' }
  return { do: 'fail-step', key, attempt, error: { ...timedOut(node && 'timeoutMs' in node.config ? (node.config.timeoutMs ?? 0) : 0), retryable: false }, now, random: 0 }
}
