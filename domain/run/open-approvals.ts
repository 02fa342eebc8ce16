import type { TypedNode } from '@/domain/graph/node-types'
import type { EpochMs } from '@/domain/json'
import { locate, type RunGraph } from './run-graph'
import type { RunState } from './run-state'

type ApprovalNode = Extract<TypedNode, { type: 'approval' }>
/** `until`: when nobody is waited for any longer. */
export type OpenApproval = { key: string; node: ApprovalNode; until: EpochMs | undefined }

/** Approvals that a person can answer, inside maps too, in the order they were reached. Other steps may still be at work: the run need not wait for them. */
export function openApprovals(run: RunState, graph: RunGraph): OpenApproval[] {
  return Object.entries(run.steps).flatMap(([key, step]): OpenApproval[] => {
    const node = step.state.kind === 'running' ? locate(graph, key)?.node : undefined
    if (node?.type !== 'approval' || step.state.kind !== 'running') return []
    const { timeoutMs, stepTimeoutMs } = node.config
    const ends = [timeoutMs, stepTimeoutMs].filter((ms) => ms !== undefined)
    return [{ key, node, until: ends.length === 0 ? undefined : step.state.since + Math.min(...ends) }]
  })
}
