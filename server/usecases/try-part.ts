import { AppError } from '@/domain/error'
import { emptyGraph, isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import type { GraphIssue } from '@/domain/graph/validate'
import { printOf } from '@/domain/graph/value-print'
import type { Json } from '@/domain/json'
import { checkInput } from '@/domain/run/check-input'
import { itemTrialFacts, itemTrialGraph, newerOfItem, planItemTrial, type ItemSource } from '@/domain/run/plan-item-trial'
import { planTrial, trialGraph, type TrialPlan } from '@/domain/run/plan-trial'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { parseStepKey } from '@/domain/run/run-graph'
import { stepOf, type RunStatus } from '@/domain/run/run-state'
import type { LastResults } from '@/domain/run/stale-nodes'
import { takenFacts } from '@/domain/run/taken-facts'
import type { Trial } from '@/domain/run/trial'
import type { Ids } from '@/server/ports/ids'
import type { RunControl } from '@/server/ports/run-control'
import { UnknownWorkflow, type Workflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, nameOf, type Actor } from './actor'
import { issuesOfGraph, type Proofread } from './issues-of-graph'
import type { LastResultsReader, WorkflowResults } from './last-results'
import { queueRun, refuseLarge, type QueueRunDeps } from './queue-run'
import type { ReadRun } from './read-run'
import { InvalidGraph, InvalidInput, NotFound } from './refusals'

type Deps = QueueRunDeps & Proofread & { workflows: WorkflowStore; read: ReadRun; results: LastResultsReader; runs: RunControl; ids: Ids }
/** `input` left out: what the newest run was given. With an item, that of its run counts. */
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
 * Runs a part of the draft as an ordinary run, on the last results of the nodes before it, or on pinned ones; in the body of
 * a map, with an item of an earlier run. Only what runs has to be in order.
 * @throws {UnknownWorkflow} {NotFound} {InvalidGraph} {InvalidInput} {InputTooLarge} {MissingOutputs} {WayNotTaken}
 */
export function tryPart(deps: Deps) {
  return async (actor: Actor, { workflowId, trial, input: given, priority = 5 }: TrialWanted): Promise<{ id: RunId; status: RunStatus }> => {
    authorise(actor, 'runs.write')
    const workflow = await deps.workflows.find(workflowId)
    if (!workflow) throw new UnknownWorkflow(workflowId)
    const { graph } = workflow
    const known = await deps.results.collect(actor, workflow)
    const { node, item, ...part } = trial.item ? await partOfItem(deps, actor, workflow, known, { ...trial, item: trial.item }) : await partOfGraph(deps, actor, graph, known, trial, given)
    const runId = deps.ids.next('run') as RunId
    await queueRun(deps, runId, {
      ...part, priority, workflowId: workflow.id, workflowName: workflow.name, version: 'draft',
      origin: { kind: 'trial', by: nameOf(actor), node: node.id, name: node.name, reach: trial.reach, ...(item !== undefined && { item }) },
    })
    await deps.runs.submit(runId)
    return { id: runId, status: 'queued' }
  }
}

/** What a trial runs: its graph and input, and what it takes over. */
type Part = { node: GraphNode; item?: string; graph: Graph; input: Json; reused: RunFact[] }

async function partOfGraph(deps: Pick<Deps, 'read' | 'proofreader'>, actor: Actor, graph: Graph, known: WorkflowResults, trial: Trial, given: Json | undefined): Promise<Part> {
  const node = graph.nodes.find(({ id, type }) => id === trial.node && !isRemark(type))
  if (!node) throw unknownNode(trial.node)
  const input = given ?? known.input ?? {}
  const plan = planTrial(graph, known.results, trial, known.input === undefined || printOf(input) !== printOf(known.input))
  await refuse(deps, graph, node, plan)
  refuseInput(graph, plan, input)
  const from = await sourcesOf(deps, actor, plan.taken, known.results)
  const asItRan = (id: string) => from.get(id)?.graph.nodes.find((one) => one.id === id)?.config
  return { node, graph: trialGraph(graph, plan, asItRan), input, reused: takenFacts(plan.taken, from, new Set(plan.run)) }
}

/** In the body of a map, with an item that a run of this workflow went through, and the input of that run. */
async function partOfItem(deps: Pick<Deps, 'read' | 'proofreader'>, actor: Actor, { id: workflowId, graph }: Workflow, known: WorkflowResults, { node: id, reach, item: { runId, step } }: Trial & { item: NonNullable<Trial['item']> }): Promise<Part> {
  const source: ItemSource = { runId, run: (await deps.read.state(actor, runId)).run, graph: await deps.read.graph(actor, runId) }
  const path = parseStepKey(step).map((segment) => segment.id)
  const since = stepOf(source.run, step.replace(/\[\d+\]$/, '')).startedAt ?? 0
  const plan = source.run.workflowId === workflowId ? planItemTrial(graph, source, step, { node: id, reach }, newerOfItem(known.results, `${path.join('.')}.`, step, since)) : undefined
  if (!plan) throw new NotFound('NOT_FOUND', `No node "${id}" of this workflow can be tried with ${step} of run ${runId}`, 'The map may have changed since. Run the workflow, then choose an item of that run.')
  const { body, inner, results, missingAround, levels } = plan
  const node = body.nodes.find((one) => one.id === id)!
  const around = levels.flatMap(({ level }) => level.nodes).filter((one) => missingAround.includes(one.id))
  if (around.length > 0) throw new MissingOutputs(around)
  await refuse(deps, body, node, inner, true)
  const from = await sourcesOf(deps, actor, inner.taken, results)
  const asItRan = (one: string) => graphAt(from.get(one)?.graph ?? emptyGraph, path).nodes.find((each) => each.id === one)?.config
  return { node, item: step, graph: itemTrialGraph(plan, asItRan), input: source.run.input, reused: itemTrialFacts(plan, source, step, from) }
}

/** The runs that results come from, by node. */
async function sourcesOf({ read }: Pick<Deps, 'read'>, actor: Actor, taken: readonly string[], results: LastResults): Promise<Map<string, ItemSource>> {
  const sources = new Map<string, ItemSource>()
  for (const runId of new Set(taken.map((id) => results[id]!.runId))) sources.set(runId, { runId, run: (await read.state(actor, runId)).run, graph: await read.graph(actor, runId) })
  return new Map(taken.map((id) => [id, sources.get(results[id]!.runId)!]))
}

function unknownNode(id: string): NotFound {
  return new NotFound('NOT_FOUND', `The workflow has no node "${id}"`, 'Save the workflow, then try again.')
}

async function refuse(deps: Proofread, graph: Graph, node: GraphNode, plan: TrialPlan, nested = false): Promise<void> {
  const issues = await issuesOf(deps, graph, plan, nested)
  if (issues.length > 0) throw new InvalidGraph(issues)
  if (plan.missing.length > 0) throw new MissingOutputs(graph.nodes.filter(({ id }) => plan.missing.includes(id)))
  if (plan.shut) throw new WayNotTaken(node.name, graph.nodes.find(({ id }) => id === plan.shut!.cause)!)
}

function refuseInput(graph: Graph, plan: TrialPlan, input: Json): void {
  refuseLarge(input)
  const wrong = graph.nodes.some(({ id, type }) => type === 'input' && plan.run.includes(id)) ? checkInput(graph, input) : []
  if (wrong.length > 0) throw new InvalidInput(wrong)
}

/** What is wrong with the rest of the graph is no matter; a pinned node must still be one that can be read. */
async function issuesOf(deps: Proofread, graph: Graph, { run, pinned }: TrialPlan, nested: boolean): Promise<GraphIssue[]> {
  return (await issuesOfGraph(deps, graph, nested)).filter(({ nodeId, edgeId, code }) => {
    if (code === 'CYCLE' || code === 'DUPLICATE_ID') return true
    if (nodeId !== undefined) return run.includes(nodeId) || (code === 'FIELD' && pinned.includes(nodeId))
    const edge = graph.edges.find(({ id }) => id === edgeId)
    return edge !== undefined && run.includes(edge.target)
  })
}
