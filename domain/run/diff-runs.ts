import type { Graph, GraphNode } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { outputOf } from './scope'
import { stepOf, type RunState, type StepStatus } from './run-state'

export type DiffSide = { status: StepStatus; output: Json; durationMs: number | null; instance: string | null }
export type NodeDiff = { nodeId: string; name: string; change: 'same' | 'changed' | 'added' | 'removed'; configChanged: boolean; reused: boolean; a: DiffSide | null; b: DiffSide | null }
type Side = { graph: Graph; run: RunState }

/** Two runs node by node, in the order of the first graph. `changed`: status or output differ. */
export function diffRuns(a: Side, b: Side): NodeDiff[] {
  const nodesOf = ({ graph }: Side) => new Map(graph.nodes.filter((node) => node.type !== 'note').map((node) => [node.id as string, node]))
  const inA = nodesOf(a)
  const inB = nodesOf(b)
  return [...new Set([...inA.keys(), ...inB.keys()])].map((nodeId) => nodeDiff(nodeId, inA.get(nodeId), inB.get(nodeId), a.run, b.run))
}

function nodeDiff(nodeId: string, nodeA: GraphNode | undefined, nodeB: GraphNode | undefined, runA: RunState, runB: RunState): NodeDiff {
  const a = nodeA ? sideOf(runA, nodeId) : null
  const b = nodeB ? sideOf(runB, nodeId) : null
  const same = a && b && a.status === b.status && sameJson(a.output, b.output)
  return {
    nodeId, name: (nodeB ?? nodeA)?.name ?? nodeId, a, b,
    change: !a ? 'added' : !b ? 'removed' : same ? 'same' : 'changed',
    configChanged: nodeA !== undefined && nodeB !== undefined && !sameJson(nodeA.config, nodeB.config),
    reused: stepOf(runB, nodeId).reusedFrom !== undefined,
  }
}

function sideOf(run: RunState, nodeId: string): DiffSide {
  const step = stepOf(run, nodeId)
  const spent = step.startedAt !== undefined && step.finishedAt !== undefined ? step.finishedAt - step.startedAt : null
  return { status: step.state.kind, output: outputOf(step) ?? null, durationMs: spent, instance: step.route?.instance ?? null }
}

function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Record<string, Json>)[key]!, (b as Record<string, Json>)[key]!))
}
