import type { Usage } from '@/domain/run/run-event'
import { isFinished, type RunState } from '@/domain/run/run-state'
import { triedItem } from '@/domain/run/trial'
import type { Execution, ModelTokens } from './statistics'
import { pricedCall } from './token-price'

/** What a finished run says of itself and of each of its nodes. Steps that were skipped, cancelled or taken over are no executions. */
export type RunExecutions = { run: Execution | undefined; nodes: Record<string, Execution[]> }

export function executionsOf(run: RunState): RunExecutions {
  const nodes: Record<string, Execution[]> = {}
  for (const [key, step] of Object.entries(run.steps)) {
    const { kind } = step.state
    if ((kind !== 'completed' && kind !== 'failed') || step.reusedFrom !== undefined || step.pinned || step.startedAt === undefined || step.finishedAt === undefined) continue
    // A map that stood at one item tells nothing of what it takes.
    if (triedItem(run, key) !== undefined) continue
    const node = nodeOfStep(key)
    const call = pricedCall(step)
    ;(nodes[node] ??= []).push({ ok: kind === 'completed', durationMs: step.finishedAt - step.startedAt, ...(step.usage && { usage: step.usage }), ...(call && { models: { [call.model ?? '']: { prompt: call.promptTokens, completion: call.completionTokens } } }) })
  }
  // A part of a workflow takes its own time; its nodes take theirs.
  const counts = run.origin?.kind !== 'trial' && isFinished(run) && run.status !== 'cancelled' && run.startedAt !== undefined && run.finishedAt !== undefined
  const calls = Object.values(nodes).flat()
  const usage = sumOf(calls.flatMap((one) => one.usage ?? []))
  return { run: counts ? { ok: run.status === 'completed', durationMs: run.finishedAt! - run.startedAt!, ...(usage && { usage, models: calls.map((one) => one.models ?? {}).reduce(addModels, {}) }) } : undefined, nodes }
}

/** Of each node the step to look at: one that failed, else the one that took longest. */
export function stepsToLookAt(run: RunState): Record<string, string> {
  const found = new Map<string, { key: string; weight: number }>()
  for (const [key, { state, startedAt, finishedAt }] of Object.entries(run.steps)) {
    if (startedAt === undefined || finishedAt === undefined || (state.kind !== 'completed' && state.kind !== 'failed')) continue
    const weight = state.kind === 'failed' ? Infinity : finishedAt - startedAt
    const node = nodeOfStep(key)
    if (weight >= (found.get(node)?.weight ?? 0)) found.set(node, { key, weight })
  }
  return Object.fromEntries([...found].map(([node, { key }]) => [node, key]))
}

type ByModel = Readonly<Record<string, ModelTokens>>

export function addModels(a: ByModel, b: ByModel): ByModel {
  return Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((model) => [model, { prompt: (a[model]?.prompt ?? 0) + (b[model]?.prompt ?? 0), completion: (a[model]?.completion ?? 0) + (b[model]?.completion ?? 0) }]))
}

/** What was cached is known where every call says so. */
function sumOf(usages: readonly Usage[]): Usage | undefined {
  if (usages.length === 0) return undefined
  const sum = (of: (usage: Usage) => number): number => usages.reduce((total, usage) => total + of(usage), 0)
  const known = usages.every((usage) => usage.cachedTokens !== undefined)
  return { promptTokens: sum((one) => one.promptTokens), completionTokens: sum((one) => one.completionTokens), ...(known && { cachedTokens: sum((one) => one.cachedTokens!) }) }
}

/** `outer[3].inner` → `outer.inner`, `agent[1].search~2` → `agent.search`: items and calls are executions of one node. */
export function nodeOfStep(key: string): string {
  return key.replaceAll(/\[\d+\]|~\d+/g, '')
}
