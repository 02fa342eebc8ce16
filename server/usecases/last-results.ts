import { setImmediate } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { isRemark, type Graph } from '@/domain/graph/graph'
import { isDisabled } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { measureRun, type RunMeasure } from '@/domain/metric/measure-run'
import { nodeHistories, type NodeHistory } from '@/domain/metric/node-figures'
import type { TokenPrices } from '@/domain/metric/token-price'
import { newerResult, resultsOfRun, type LastResult } from '@/domain/run/last-results'
import { FINISHED } from '@/domain/run/run-state'
import type { RunLog, RunSummary } from '@/server/ports/run-log'
import { UnknownWorkflow, type Workflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { ReadRun } from './read-run'

/** Runs that are searched for the last result of a node, newest first. */
const SEARCHED_RUNS = 50
/** Of them, those that say what is typical. */
export const TYPICAL_RUNS = 20
/** Characters of results that are remembered; a finished run does not change any more. */
const REMEMBERED_CHARACTERS = 32 * 1024 * 1024

export type WorkflowResults = {
  results: Record<string, LastResult>
  figures: Record<string, NodeHistory>
  /** What the newest run was given; undefined: there was none. */
  input: Json | undefined
}
type Kept = { results: Record<string, LastResult>; measure: RunMeasure; input: Json }
type Deps = { runLog: RunLog; workflows: WorkflowStore; read: ReadRun; tokenPrices: () => Promise<TokenPrices> }

/** What the nodes of a workflow's draft did when they ran last, and what they usually take. */
export function lastResults({ runLog, workflows, read, tokenPrices }: Deps) {
  const known = new LRUCache<string, Kept>({ maxSize: REMEMBERED_CHARACTERS, sizeCalculation: (kept) => JSON.stringify(kept.results).length + 1 })

  async function kept(actor: Actor, { id, status }: RunSummary): Promise<Kept> {
    const remembered = known.get(id)
    if (remembered) return remembered
    const { run } = await read.state(actor, id)
    const found = { results: resultsOfRun(id, run, await read.graph(actor, id)), measure: measureRun(id, run), input: run.input }
    if (FINISHED.includes(status)) known.set(id, found)
    // Reading a log is work for this one thread: others have their turn between two.
    await setImmediate()
    return found
  }

  async function collect(actor: Actor, { id, graph }: Pick<Workflow, 'id' | 'graph'>): Promise<WorkflowResults> {
    const results: Record<string, LastResult> = {}
    const measures: RunMeasure[] = []
    let input: Json | undefined
    for (const [index, run] of (await runLog.list({ workflowId: id, limit: SEARCHED_RUNS })).items.entries()) {
      if (index >= TYPICAL_RUNS && isComplete(graph, results)) break
      const found = await kept(actor, run)
      input ??= found.input
      for (const [node, result] of Object.entries(found.results)) results[node] = Object.hasOwn(results, node) ? newerResult(results[node]!, result) : result
      if (index < TYPICAL_RUNS) measures.push(found.measure)
    }
    return { results, figures: nodeHistories(measures, await tokenPrices()), input }
  }

  return {
    collect,
    /** @throws {UnknownWorkflow} */
    async ofWorkflow(actor: Actor, workflowId: string): Promise<WorkflowResults> {
      authorise(actor, 'runs.read')
      const workflow = await workflows.find(workflowId)
      if (!workflow) throw new UnknownWorkflow(workflowId)
      return collect(actor, workflow)
    },
  }
}

function isComplete(graph: Graph, results: Record<string, LastResult>): boolean {
  return graph.nodes.every(({ id, type, config }) => isRemark(type) || isDisabled(config) || (Object.hasOwn(results, id) && results[id]!.status !== 'skipped'))
}

export type LastResultsReader = ReturnType<typeof lastResults>
