import { LRUCache } from 'lru-cache'
import { executionsOf, type RunExecutions } from '@/domain/metric/run-executions'
import { statisticsOf, type Execution, type ExecutionStatistics } from '@/domain/metric/statistics'
import type { RunLog } from '@/server/ports/run-log'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { ReadExecutions, WorkflowExecutions } from './read-executions'
import type { ReadRun } from './read-run'
import type { Range } from './sample-range'

/** Runs that are looked at, newest first. */
export const MEASURED_RUNS = 200
/** A finished run does not change any more. */
const REMEMBERED = 2_000

export type WorkflowFigures = ExecutionStatistics & { agents: Record<string, ExecutionStatistics> }

/**
 * Figures of a workflow's newest finished runs, and of each of its nodes: exact. Of a time: of all that ended within it,
 * with percentiles as near as samples tell them.
 * @throws {UnknownWorkflow} {RangeRefused}
 */
export function measureWorkflow({ runLog, workflows, read, executions }: { runLog: RunLog; workflows: WorkflowStore; read: ReadRun; executions: Pick<ReadExecutions, 'workflow'> }) {
  const known = new LRUCache<string, RunExecutions>({ max: REMEMBERED })
  return async (actor: Actor, workflowId: string, period?: Range): Promise<WorkflowFigures> => {
    authorise(actor, 'runs.read')
    if (period) return figuresOf(await executions.workflow(actor, workflowId, period))
    if (!(await workflows.find(workflowId))) throw new UnknownWorkflow(workflowId)
    const { items } = await runLog.list({ workflowId, limit: MEASURED_RUNS })
    const runs: Execution[] = []
    const nodes = new Map<string, Execution[]>()
    for (const { id, status } of items) {
      if (status !== 'completed' && status !== 'failed') continue
      const found = known.get(id) ?? executionsOf((await read.state(actor, id)).run)
      known.set(id, found)
      if (found.run) runs.push(found.run)
      for (const [node, executions] of Object.entries(found.nodes)) nodes.set(node, [...(nodes.get(node) ?? []), ...executions])
    }
    return { ...statisticsOf(runs), agents: Object.fromEntries([...nodes].map(([node, executions]) => [node, statisticsOf(executions)])) }
  }
}

function figuresOf({ workflow, agents }: WorkflowExecutions): WorkflowFigures {
  return { ...workflow.total, agents: Object.fromEntries(Object.entries(agents).map(([node, { total }]) => [node, total])) }
}
