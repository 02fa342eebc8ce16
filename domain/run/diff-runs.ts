import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { sameJson, type Json } from '@/domain/json'
import { costOfStep, type TokenPrices } from '@/domain/metric/token-price'
import { outputOf } from './scope'
import { stepOf, type RunState, type Step, type StepStatus } from './run-state'

/** The model calls of a node, those in a map's items too, added up. Times are null where the log does not tell them, the cost where a call has no price. */
export type CallFigures = { calls: number; queueMs: number | null; ttftMs: number | null; decodeMs: number | null; promptTokens: number; cachedTokens: number | null; completionTokens: number; cost: number | null }
export type DiffSide = { status: StepStatus; output: Json; durationMs: number | null; instance: string | null; call: CallFigures | null }
export type NodeDiff = { nodeId: string; name: string; change: 'same' | 'changed' | 'added' | 'removed'; configChanged: boolean; reused: boolean; a: DiffSide | null; b: DiffSide | null }
type Side = { graph: Graph; run: RunState }

/** Two runs node by node, in the order of the first graph. `changed`: status or output differ. */
export function diffRuns(a: Side, b: Side, prices: TokenPrices = []): NodeDiff[] {
  const nodesOf = ({ graph }: Side) => new Map(graph.nodes.filter((node) => !isRemark(node.type)).map((node) => [node.id as string, node]))
  const inA = nodesOf(a)
  const inB = nodesOf(b)
  return [...new Set([...inA.keys(), ...inB.keys()])].map((nodeId) => nodeDiff(nodeId, inA.get(nodeId), inB.get(nodeId), a.run, b.run, prices))
}

function nodeDiff(nodeId: string, nodeA: GraphNode | undefined, nodeB: GraphNode | undefined, runA: RunState, runB: RunState, prices: TokenPrices): NodeDiff {
  const a = nodeA ? sideOf(runA, nodeId, prices) : null
  const b = nodeB ? sideOf(runB, nodeId, prices) : null
  const same = a && b && a.status === b.status && sameJson(a.output, b.output)
  return {
    nodeId, name: (nodeB ?? nodeA)?.name ?? nodeId, a, b,
    change: !a ? 'added' : !b ? 'removed' : same ? 'same' : 'changed',
    configChanged: nodeA !== undefined && nodeB !== undefined && !sameJson(nodeA.config, nodeB.config),
    reused: stepOf(runB, nodeId).reusedFrom !== undefined,
  }
}

function sideOf(run: RunState, nodeId: string, prices: TokenPrices): DiffSide {
  const step = stepOf(run, nodeId)
  // A result that was taken over took no time here: that is no figure to compare.
  const spent = step.startedAt !== undefined && step.finishedAt !== undefined && step.reusedFrom === undefined ? step.finishedAt - step.startedAt : null
  return { status: step.state.kind, output: outputOf(step) ?? null, durationMs: spent, instance: step.route?.instance ?? null, call: callFigures(run, nodeId, prices) }
}

function callFigures(run: RunState, nodeId: string, prices: TokenPrices): CallFigures | null {
  const inner = `${nodeId}[`
  const steps = Object.entries(run.steps).flatMap(([key, step]) => (step.usage && step.reusedFrom === undefined && (key === nodeId || key.startsWith(inner)) ? [step] : []))
  if (steps.length === 0) return null
  const sum = (pick: (step: Step) => number | undefined): number | null =>
    steps.reduce<number | null>((total, step) => {
      const value = pick(step)
      return total === null || value === undefined ? null : total + value
    }, 0)
  return {
    calls: steps.length,
    queueMs: sum((step) => step.route?.queueMs),
    ttftMs: sum((step) => step.route && step.route.queueMs + step.route.prefillMs),
    decodeMs: sum((step) => step.route?.decodeMs),
    promptTokens: sum((step) => step.usage?.promptTokens) ?? 0,
    cachedTokens: sum((step) => step.usage?.cachedTokens),
    completionTokens: sum((step) => step.usage?.completionTokens) ?? 0,
    cost: sum((step) => costOfStep(prices, step)),
  }
}
