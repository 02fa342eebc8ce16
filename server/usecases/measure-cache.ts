import { LRUCache } from 'lru-cache'
import { setImmediate } from 'node:timers/promises'
import { sharedContext } from '@/domain/run/agent-prompt'
import { nodeOfStep } from '@/domain/metric/run-executions'
import type { SeenSizes } from '@/domain/run/cache-share'
import { outputOf } from '@/domain/run/scope'
import { FINISHED, type RunState } from '@/domain/run/run-state'
import { bytesOf, sizeOf } from '@/domain/run/value-size'
import type { RunLog } from '@/server/ports/run-log'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { ReadRun } from './read-run'

/** Runs that are looked at, newest first. */
export const MEASURED_RUNS = 20
/** A finished run does not change any more. */
const REMEMBERED = 1_000

/** Tokens of the calls of one node, of those that say how much was cached. */
export type MeasuredCalls = { calls: number; promptTokens: number; cachedTokens: number }
type RunCache = { agents: Record<string, MeasuredCalls>; sizes: SeenSizes }
export type CacheFigures = { /** Runs that were looked at. */ runs: number; agents: Record<string, MeasuredCalls>; /** How long values were in the newest of them that was completed. */ sizes: SeenSizes | null }

/** What the KV cache held for the agents of a workflow in its newest runs. @throws {UnknownWorkflow} */
export function measureCache({ runLog, workflows, read }: { runLog: RunLog; workflows: WorkflowStore; read: ReadRun }) {
  const known = new LRUCache<string, RunCache>({ max: REMEMBERED })
  return async (actor: Actor, workflowId: string): Promise<CacheFigures> => {
    authorise(actor, 'runs.read')
    if (!(await workflows.find(workflowId))) throw new UnknownWorkflow(workflowId)
    const { items } = await runLog.list({ workflowId, limit: MEASURED_RUNS })
    const figures: CacheFigures = { runs: 0, agents: {}, sizes: null }
    for (const { id, status } of items) {
      if (!FINISHED.includes(status)) continue
      const found = known.get(id) ?? cacheOf((await read.state(actor, id)).run)
      known.set(id, found)
      figures.runs += 1
      if (status === 'completed') figures.sizes ??= found.sizes
      for (const [node, calls] of Object.entries(found.agents)) figures.agents[node] = sum(figures.agents[node], calls)
      // Reading a log is work for this one thread: others have their turn between two.
      await setImmediate()
    }
    return figures
  }
}

function cacheOf(run: RunState): RunCache {
  const agents: Record<string, MeasuredCalls> = {}
  const outputs: SeenSizes['outputs'] & Record<string, ReturnType<typeof sizeOf>> = {}
  for (const [key, step] of Object.entries(run.steps)) {
    const node = nodeOfStep(key)
    const output = outputOf(step)
    if (output !== undefined) outputs[node.split('.').at(-1)!] ??= sizeOf(output)
    const { usage } = step
    // What a fork took over was not asked for here.
    if (usage?.cachedTokens === undefined || step.reusedFrom !== undefined || step.pinned) continue
    agents[node] = sum(agents[node], { calls: 1, promptTokens: usage.promptTokens, cachedTokens: usage.cachedTokens })
  }
  return { agents, sizes: { input: sizeOf(run.input), sharedBytes: bytesOf(sharedContext(run.input)) - bytesOf(sharedContext('')), outputs } }
}

function sum(a: MeasuredCalls = { calls: 0, promptTokens: 0, cachedTokens: 0 }, b: MeasuredCalls): MeasuredCalls {
  return { calls: a.calls + b.calls, promptTokens: a.promptTokens + b.promptTokens, cachedTokens: a.cachedTokens + b.cachedTokens }
}
