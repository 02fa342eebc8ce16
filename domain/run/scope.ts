import { largeOf } from './large-value'
import { sourceHandleOf } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { valuesOf } from './memory'
import { parseStepKey, itemPrefix, type RunGraph } from './run-graph'
import { stepOf, type RunState, type Step } from './run-state'
import { inTurn } from './tool-loop'

/** What templates and expressions of a step may see. */
export type StepScope = { input: Json; steps: Record<string, { output: Json }>; memory: Record<string, Json>; run: Record<string, Json> }

/**
 * The values a step sees: the run's input (inside a map: its item, for a tool: the arguments it is called with), the outputs of its level and of the levels around it.
 * An inner step hides an outer one of the same id.
 */
export function scopeOf(run: RunState, graph: RunGraph, key: string, runId: string): StepScope {
  const segments = parseStepKey(key)
  const steps: Record<string, { output: Json }> = {}
  let level = graph
  let prefix = ''
  let input = run.input
  let index: number | undefined
  collect(run, level, prefix, steps)
  for (const segment of segments.slice(0, -1)) {
    const call = level.loops.has(segment.id) ? inTurn(run, graph, key)?.call : undefined
    if (call) input = call.arguments
    const body = level.bodies.get(segment.id)
    if (!body || segment.index === undefined) break
    input = itemsOf(stepOf(run, prefix + segment.id))[segment.index] ?? null
    index = segment.index
    prefix = itemPrefix(prefix + segment.id, segment.index)
    level = body
    collect(run, level, prefix, steps)
  }
  return {
    input, steps, memory: valuesOf(run),
    run: { id: runId, workflow: run.workflowName, version: run.version, ...(index !== undefined && { index }) },
  }
}

function collect(run: RunState, level: RunGraph, prefix: string, into: Record<string, { output: Json }>): void {
  for (const node of level.order) {
    const output = outputOf(stepOf(run, prefix + node.id))
    if (output !== undefined) into[node.id] = { output }
  }
}

/** What a settled step hands on: its output, or for one that failed into its error branch, the error. */
export function outputOf(step: Step): Json | undefined {
  switch (step.state.kind) {
    case 'completed':
      return step.state.output
    case 'failed':
      return { code: step.state.error.code, message: step.state.error.message }
    case 'skipped':
      return step.state.reason.kind === 'error-skipped' ? null : step.state.reason.kind === 'disabled' ? step.state.reason.output : undefined
    default:
      return undefined
  }
}

/** The list a map works through, as recorded when it started. Where that was not read along, how many they are is known, not what. */
export function itemsOf(step: Step): Json[] {
  const input = step.input
  const large = largeOf(input)
  if (large) return Array.from({ length: large.items ?? 0 }, () => null)
  return input !== null && typeof input === 'object' && !Array.isArray(input) && Array.isArray(input.items) ? input.items : []
}

/** Values on the edges that were taken into a step, by source id. */
export function incomingOf(run: RunState, level: RunGraph, prefix: string, id: string): Record<string, Json> {
  const values: Record<string, Json> = {}
  for (const edge of level.into.get(id) ?? []) {
    const step = stepOf(run, prefix + edge.source)
    const output = outputOf(step)
    if (output !== undefined && handleOf(step) === sourceHandleOf(edge)) values[edge.source] = output
  }
  return values
}

/** The handle a settled step left by, or undefined where nothing goes on from it. */
export function handleOf(step: Step): string | undefined {
  switch (step.state.kind) {
    case 'completed':
      return step.state.handle
    case 'failed':
      return 'error'
    case 'skipped':
      return step.state.reason.kind === 'error-skipped' ? 'out' : step.state.reason.kind === 'disabled' ? step.state.reason.handle : undefined
    default:
      return undefined
  }
}

/** One value as itself, several as an object by source id, none as null. */
export function soleValue(values: Record<string, Json>): Json {
  const all = Object.values(values)
  if (all.length === 0) return null
  return all.length === 1 ? all[0]! : values
}
