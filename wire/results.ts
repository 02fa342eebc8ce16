import { z } from 'zod'
import type { Json } from '@/domain/json'
import { NodeHistory } from '@/domain/metric/node-figures'
import type { LastResult } from '@/domain/run/last-results'
import { Failure, Route, Usage } from '@/domain/run/run-event'
import { timestamp, Timestamp } from './page'

/** Longest value that goes out whole, in characters of JSON; the run has the rest. */
const MAX_VALUE = 64 * 1024

/** What a node did when it ran last. */
export const NodeResultBody = z.object({
  /** The run that did it. */
  runId: z.string(),
  at: Timestamp,
  status: z.enum(['completed', 'failed', 'skipped']),
  /** Equal prints are equal values: by them a page tells that a node has changed since. `wires`: edges into it, `source/handle`; `took`: what stood there. */
  configPrint: z.string(), wires: z.array(z.string()), took: z.record(z.string(), z.string()), outputPrint: z.string().optional(),
  input: z.json().optional(), output: z.json().optional(),
  /** Values that are too long to stand here. */
  cut: z.array(z.enum(['input', 'output'])),
  handle: z.string().optional(), durationMs: z.number().optional(), usage: Usage.optional(), route: Route.optional(), error: Failure.optional(), pinned: z.boolean().optional(),
  /** In a map's body: the step that all this is told of, and how its node fared with all items. */
  items: z.object({ step: z.string(), count: z.int(), failed: z.int(), /** It was tried with this one. */ alone: z.literal(true).optional() }).optional(),
})
export type NodeResultBody = z.infer<typeof NodeResultBody>

/** Nodes in a map's body are called `map.node`. `figures`: of the last run of a node and of the newest 20, by node; `input`: what the newest run was given, null where there was none. */
export const WorkflowResultsBody = z.object({ results: z.record(z.string(), NodeResultBody), figures: z.record(z.string(), NodeHistory), input: z.json(), hasRun: z.boolean() })
export type WorkflowResultsBody = z.infer<typeof WorkflowResultsBody>

export function workflowResultsBody({ results, figures, input }: { results: Record<string, LastResult>; figures: Record<string, NodeHistory>; input: Json | undefined }): WorkflowResultsBody {
  return { results: Object.fromEntries(Object.entries(results).map(([id, result]) => [id, resultBody(result)])), figures, input: input ?? null, hasRun: input !== undefined }
}

export const ItemResultsQuery = z.strictObject({ /** As a step names it: `outer[3].inner[0]`. */ item: z.string().max(1_000).regex(/^.+\[\d+\]$/) })
/** What the nodes of a map's body did with one item, by their ids in the body. */
export const ItemResultsBody = z.object({ results: z.record(z.string(), NodeResultBody) })
export type ItemResultsBody = z.infer<typeof ItemResultsBody>

export function itemResultsBody(results: Record<string, LastResult>): ItemResultsBody {
  return { results: Object.fromEntries(Object.entries(results).map(([id, result]) => [id, resultBody(result)])) }
}

function resultBody({ at, input, output, wires, ...rest }: LastResult): NodeResultBody {
  const isLong = (value: Json | undefined) => value !== undefined && JSON.stringify(value).length > MAX_VALUE
  return {
    ...rest, at: timestamp(at), wires: [...wires],
    cut: [...(isLong(input) ? (['input'] as const) : []), ...(isLong(output) ? (['output'] as const) : [])],
    ...(input !== undefined && !isLong(input) && { input }), ...(output !== undefined && !isLong(output) && { output }),
  }
}
