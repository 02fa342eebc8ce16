import { callsIn, checkCalls, type Call, type Callee } from '@/domain/graph/called-workflows'
import type { Graph } from '@/domain/graph/graph'
import { validateGraph, type GraphIssue } from '@/domain/graph/validate'
import type { FindCallee } from '@/server/ports/callees'
import type { RunLog } from '@/server/ports/run-log'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { chosenVersion } from './chosen-version'
import { InvalidGraph, NotFound } from './refusals'

type Deps = { workflows: Pick<WorkflowStore, 'find' | 'versions'>; runLog: Pick<RunLog, 'loadGraph' | 'saveGraph'> }

/** Most workflows looked into when one is checked: who calls more has other problems, and each run finds the rest. */
const MOST_CALLEES = 200

/** For the engine, whose steps start runs of other workflows. */
export function findCallee(deps: Deps): FindCallee {
  return async (call) => {
    const { name, graph, version } = await chosen(deps, call)
    const issues = validateGraph(graph)
    if (issues.length > 0) throw new InvalidGraph(issues)
    return { id: call.workflowId, name, graph, version, graphHash: await deps.runLog.saveGraph(graph) }
  }
}

/** What is wrong between a graph and the workflows it calls, those that they call included. */
export async function issuesOfCalls(deps: Deps, graph: Graph, self: { id: string; name: string } | undefined): Promise<GraphIssue[]> {
  const known = new Map<string, Callee | undefined>()
  const open = callsIn(graph)
  for (let call = open.pop(); call && known.size < MOST_CALLEES; call = open.pop()) {
    if (known.has(keyOf(call))) continue
    const callee = await chosen(deps, call).catch((error: unknown) => {
      if (error instanceof UnknownWorkflow || error instanceof NotFound) return undefined
      throw error
    })
    known.set(keyOf(call), callee && { id: call.workflowId, name: callee.name, graph: callee.graph })
    if (callee) open.push(...callsIn(callee.graph))
  }
  return checkCalls(graph, self, (call) => known.get(keyOf(call)))
}

async function chosen(deps: Deps, { workflowId, version }: Call): Promise<{ name: string; graph: Graph; version: number | 'draft' }> {
  const workflow = await deps.workflows.find(workflowId)
  if (!workflow) throw new UnknownWorkflow(workflowId)
  return { name: workflow.name, ...(await chosenVersion(deps, workflow, version)) }
}

const keyOf = ({ workflowId, version }: Call): string => `${workflowId} ${version ?? ''}`
