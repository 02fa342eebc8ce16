import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { checkInput } from '@/domain/run/check-input'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import type { RunOrigin } from '@/domain/run/run-origin'
import type { TraceParent } from '@/domain/run/trace-parent'
import { emptyRun } from '@/domain/run/run-state'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { issuesOfGraph, type Proofread } from './issues-of-graph'
import { InputTooLarge, InvalidGraph, InvalidInput } from './refusals'

/** Largest input of a run, in bytes of JSON. */
const MAX_INPUT_BYTES = 1024 * 1024

export type QueueRunDeps = { runLog: RunLog; feed: RunFeed }
export type RunToQueue = {
  graph: Graph
  workflowId: string
  workflowName: string
  version: number | 'draft'
  input: Json
  priority: number
  parentRunId?: string
  forkedFrom?: string
  origin?: RunOrigin
  trace?: TraceParent
  /** Facts a fork takes over; in the same append, so that no half of a fork is ever seen. */
  reused?: readonly RunFact[]
}

/**
 * Refuses what cannot run, before anything is written.
 * @throws {InvalidGraph} {InvalidInput} {InputTooLarge}
 */
export async function checkRun(deps: Proofread, graph: Graph, input: Json): Promise<void> {
  refuseLarge(input)
  const issues = await issuesOfGraph(deps, graph)
  if (issues.length > 0) throw new InvalidGraph(issues)
  const wrong = checkInput(graph, input)
  if (wrong.length > 0) throw new InvalidInput(wrong)
}

/** @throws {InputTooLarge} */
export function refuseLarge(input: Json): void {
  const bytes = Buffer.byteLength(JSON.stringify(input))
  if (bytes > MAX_INPUT_BYTES) throw new InputTooLarge(bytes, MAX_INPUT_BYTES)
}

/** Writes the first facts of a run that was checked. The engine takes it up from the log. */
export async function queueRun({ runLog, feed }: QueueRunDeps, runId: RunId, { graph, reused = [], ...run }: RunToQueue): Promise<void> {
  const graphHash = await runLog.saveGraph(graph)
  const facts: RunFact[] = [{ type: 'run.queued', graphHash, ...run }, ...reused]
  const events = await runLog.append(runId, facts, 0, (appended) => foldRun(emptyRun, appended))
  feed.publish(runId, events)
}
