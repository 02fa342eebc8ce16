import { AppError } from '@/domain/error'
import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { validateGraph, type GraphIssue } from '@/domain/graph/validate'
import { printOf } from '@/domain/graph/value-print'
import type { Json } from '@/domain/json'
import { checkInput } from '@/domain/run/check-input'
import { planTrial, trialGraph, type TrialPlan } from '@/domain/run/plan-trial'
import type { RunId } from '@/domain/run/run-event'
import type { RunState, RunStatus } from '@/domain/run/run-state'
import { takenFacts } from '@/domain/run/taken-facts'
import type { Trial } from '@/domain/run/trial'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, nameOf, type Actor } from './actor'
import type { LastResultsReader } from './last-results'
import { queueRun, refuseLarge, type QueueRunDeps } from './queue-run'
import type { ReadRun } from './read-run'
import { InvalidGraph, InvalidInput, NotFound } from './refusals'

type Deps = QueueRunDeps & { workflows: WorkflowStore; read: ReadRun; results: LastResultsReader; runs: RunControl; ids: Ids }
/** `input` left out: what the newest run was given. */
export type TrialWanted = { workflowId: string; trial: Trial; input?: Json | undefined; priority?: number | undefined }

/** What a trial builds on is not there. */
export class MissingOutputs extends AppError {
  readonly code = 'MISSING_OUTPUTS'
  readonly hint = 'Run to this node, so that what leads to it runs too, or pin outputs for the nodes named.'
  override readonly issues: readonly { path: string; message: string; nodeId: string }[]
  constructor(nodes: readonly GraphNode[]) {
    super(`Nothing has come yet from ${nodes.map(({ name }) => `"${name}"`).join(', ')}`)
    this.issues = nodes.map(({ id, name }) => ({ path: id, message: `"${name}" has no output yet`, nodeId: id }))
  }
}

/** The node would be skipped: what stands before it went another way. */
export class WayNotTaken extends AppError {
  readonly code = 'WAY_NOT_TAKEN'
  readonly hint = 'Pin the output of the node that decides, so that it leads here, or run it with another input.'
  override readonly issues: readonly { path: string; message: string; nodeId: string }[]
  constructor(name: string, cause: GraphNode) {
    super(`"${name}" would be skipped: the last time "${cause.name}" went another way`)
    this.issues = [{ path: cause.id, message: `"${cause.name}" went another way`, nodeId: cause.id }]
  }
}

/**
 * Runs a part of the draft as an ordinary run, on the last results of the nodes before it, or on pinned ones. Only what runs
 * has to be in order.
 * @throws {UnknownWorkflow} {NotFound} {InvalidGraph} {InvalidInput} {InputTooLarge} {MissingOutputs} {WayNotTaken}
 */
export function tryPart(deps: Deps) {
  return async (actor: Actor, { workflowId, trial, input: given, priority = 5 }: TrialWanted): Promise<{ id: RunId; status: RunStatus }> => {
    authorise(actor, 'runs.write')
    const workflow = await deps.workflows.find(workflowId)
    if (!workflow) throw new UnknownWorkflow(workflowId)
    const { graph } = workflow
    const node = graph.nodes.find(({ id, type }) => id === trial.node && !isRemark(type))
    if (!node) throw new NotFound('NOT_FOUND', `The workflow has no node "${trial.node}"`, 'Save the workflow, then try again.')
    const known = await deps.results.collect(actor, workflow)
    const input = given ?? known.input ?? {}
    const plan = planTrial(graph, known.results, trial, known.input === undefined || printOf(input) !== printOf(known.input))
    refuse(graph, node, plan, input)
    const sources = new Map<string, { runId: string; run: RunState; graph: Graph }>()
    for (const runId of new Set(plan.taken.map((id) => known.results[id]!.runId))) {
      sources.set(runId, { runId, run: (await deps.read.state(actor, runId)).run, graph: await deps.read.graph(actor, runId) })
    }
    const from = new Map(plan.taken.map((id) => [id, sources.get(known.results[id]!.runId)!]))
    const asItRan = (id: string) => from.get(id)?.graph.nodes.find((one) => one.id === id)?.config
    const runId = deps.ids.next('run') as RunId
    await queueRun(deps, runId, {
      graph: trialGraph(graph, plan, asItRan), input, priority, workflowId: workflow.id, workflowName: workflow.name, version: 'draft',
      origin: { kind: 'trial', by: nameOf(actor), node: node.id, name: node.name, reach: trial.reach }, reused: takenFacts(plan.taken, from, new Set(plan.run)),
    })
    await deps.runs.submit(runId)
    return { id: runId, status: 'queued' }
  }
}

function refuse(graph: Graph, node: GraphNode, plan: TrialPlan, input: Json): void {
  refuseLarge(input)
  const issues = issuesOf(graph, plan)
  if (issues.length > 0) throw new InvalidGraph(issues)
  if (plan.missing.length > 0) throw new MissingOutputs(graph.nodes.filter(({ id }) => plan.missing.includes(id)))
  if (plan.shut) throw new WayNotTaken(node.name, graph.nodes.find(({ id }) => id === plan.shut!.cause)!)
  const wrong = graph.nodes.some(({ id, type }) => type === 'input' && plan.run.includes(id)) ? checkInput(graph, input) : []
  if (wrong.length > 0) throw new InvalidInput(wrong)
}

/** What is wrong with the rest of the graph is no matter; a pinned node must still be one that can be read. */
function issuesOf(graph: Graph, { run, pinned }: TrialPlan): GraphIssue[] {
  return validateGraph(graph).filter(({ nodeId, edgeId, code }) => {
    if (code === 'CYCLE' || code === 'DUPLICATE_ID') return true
    if (nodeId !== undefined) return run.includes(nodeId) || (code === 'FIELD' && pinned.includes(nodeId))
    const edge = graph.edges.find(({ id }) => id === edgeId)
    return edge !== undefined && run.includes(edge.target)
  })
}
