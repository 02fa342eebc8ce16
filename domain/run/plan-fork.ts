import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import { isDisabled } from '@/domain/graph/node-types'
import { adjacencyOf, topologicalOrder } from '@/domain/graph/order'
import { nodeOfStep } from '@/domain/metric/run-executions'
import type { ExecutionStatistics } from '@/domain/metric/statistics'
import { costOf, pricedCall, type TokenPrices } from '@/domain/metric/token-price'
import { nodesAgain, turnsTaken, type ForkChange } from './fork-run'
import { stepOf, type RunState } from './run-state'

/** What happens outside of the run when a node runs. */
export type Effect = {
  nodeId: string
  /** The nodes around it and its own. */
  names: string[]
  /** `other`: a type that may do anything. */
  kind: 'request' | 'person' | 'other'
  /** Of a request. */
  method: string | undefined
  /** Whether the parent did it, so that it now happens again. */
  repeats: boolean
}

/** What a new run takes over, does again and costs, before it is started. Nodes by id, in their order. */
export type ForkPlan = {
  reused: string[]
  again: string[]
  /** Of those, agents that go on behind so many turns of the parent if they are asked the same. */
  goesOn: { nodeId: string; turns: number }[]
  /** Outputs that are given: the node does not run. */
  given: string[]
  effects: Effect[]
  /** How long the nodes that run would take, waits for people left out; undefined where nothing is known of any. */
  expectedMs: number | undefined
  /** Model calls with the tokens that they would use. */
  calls: number
  tokens: { prompt: number; completion: number }
  /** What they would cost at the newest prices; undefined where a call has none. */
  cost: number | undefined
  /** Nodes whose time or tokens are not known: they come on top. */
  unknown: string[]
}

/** Figures of a node in other runs, by its id; inner nodes are `map.inner`. */
export type History = Readonly<Record<string, ExecutionStatistics>>

/**
 * Plans a fork of `parent`. Branches are taken to go as they went there; a node takes its median time, or where the history
 * does not know it what it took in the parent.
 * @param graph the graph that the fork works on
 * @throws {UnknownForkNode}
 */
export function planFork(parent: RunState, graph: Graph, change: ForkChange, history: History, prices: TokenPrices = []): ForkPlan {
  const rerun = nodesAgain(parent, graph, change)
  const order = orderOf(graph)
  const turns = turnsTaken(parent, graph, change)
  const isReused = ({ id }: GraphNode) => !rerun.has(id) && ['completed', 'skipped'].includes(stepOf(parent, id).state.kind)
  const isGiven = ({ id }: GraphNode) => change.overrides[id]?.output !== undefined
  const runs = order.filter((node) => !isReused(node) && !isGiven(node))
  // A branch that was not taken is no work, unless what decides about it has changed: nobody knows that before.
  const expected = runs.filter((node) => {
    const { state } = stepOf(parent, node.id)
    if (isDisabled(node.config)) return false
    return state.kind !== 'skipped' || ['upstream-failed', 'error-skipped', 'disabled'].includes(state.reason.kind)
  })
  const costs = new Map(expected.map((node) => [node.id as string, needOf(parent, node, node.id, history, prices)]))
  const known = [...costs.values()].some((cost) => cost.ms !== undefined)
  const sum = (pick: (cost: Need) => number) => [...costs.values()].reduce((total, cost) => total + pick(cost), 0)
  return {
    reused: order.filter(isReused).map((node) => node.id),
    again: runs.map((node) => node.id),
    goesOn: runs.flatMap(({ id }) => (turns.has(id) ? [{ nodeId: id, turns: turns.get(id)! }] : [])),
    given: order.filter(isGiven).map((node) => node.id),
    effects: runs.flatMap((node) => effectsOf(parent, graph, node, [], '')).map((effect) => (turns.has(effect.nodeId) ? { ...effect, repeats: false } : effect)),
    expectedMs: expected.length === 0 ? 0 : known ? longestChain(graph, (id) => costs.get(id)?.ms ?? 0) : undefined,
    calls: sum((cost) => cost.calls),
    tokens: { prompt: sum((cost) => cost.prompt), completion: sum((cost) => cost.completion) },
    cost: prices.length === 0 || [...costs.values()].some((cost) => cost.money === undefined) ? undefined : sum((cost) => cost.money ?? 0),
    unknown: expected.filter((node) => costs.get(node.id)?.partly).map((node) => node.id),
  }
}

function orderOf(graph: Graph): GraphNode[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  return topologicalOrder(graph).order.map((id) => nodes.get(id)!).filter((node) => !isRemark(node.type))
}

/** What a node would take. `money`: undefined where a call has no price; `partly`: some of it is not known. */
type Need = { ms: number | undefined; calls: number; prompt: number; completion: number; money: number | undefined; partly: boolean }

/** Types whose own work takes no time to speak of. */
const QUICK: readonly string[] = ['input', 'transform', 'condition', 'merge', 'output']

function needOf(parent: RunState, node: GraphNode, path: string, history: History, prices: TokenPrices): Need {
  const ms = node.type === 'approval' ? 0 : (figuresOf(history, path)?.durationMs?.p50 ?? tookMs(parent, path) ?? (QUICK.includes(node.type) ? 0 : undefined))
  const tokens = callsOf(node, path).map((call) => tokensOf(parent, call, history))
  const costs = callsOf(node, path).map((call, index) => moneyOf(parent, node, call, tokens[index], prices))
  return {
    ms, calls: tokens.reduce((sum, one) => sum + (one?.calls ?? 0), 0),
    prompt: tokens.reduce((sum, one) => sum + (one?.prompt ?? 0), 0), completion: tokens.reduce((sum, one) => sum + (one?.completion ?? 0), 0),
    money: costs.some((cost) => cost === undefined) ? undefined : costs.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    partly: ms === undefined || tokens.includes(undefined),
  }
}

/** The nodes that call a model, in maps too, as `map.inner`. */
function callsOf(node: GraphNode, path: string): string[] {
  if (isDisabled(node.config)) return []
  if (node.type === 'agent') return [path]
  return node.type === 'map' ? graphAt({ nodes: [node], edges: [] }, [node.id]).nodes.flatMap((inner) => callsOf(inner, `${path}.${inner.id}`)) : []
}

/** Tokens of a node's calls: as many as the parent made, each as in the history, or as in the parent. */
function tokensOf(parent: RunState, path: string, history: History): { calls: number; prompt: number; completion: number } | undefined {
  const steps = Object.entries(parent.steps).flatMap(([key, step]) => (nodeOfStep(key) === path ? [step] : []))
  const typical = figuresOf(history, path)?.tokens
  const inMap = path.includes('.')
  // How many items a map would have is known from the parent alone.
  const calls = inMap ? steps.length : 1
  if (calls === 0) return undefined
  if (typical) return { calls, prompt: typical.prompt * calls, completion: typical.completion * calls }
  const usages = steps.flatMap((step) => step.usage ?? [])
  if (usages.length < calls) return undefined
  return { calls, prompt: usages.reduce((sum, one) => sum + one.promptTokens, 0), completion: usages.reduce((sum, one) => sum + one.completionTokens, 0) }
}

/** Of the model that the node names, else of the one that it got in the parent. What is not known costs nothing here: it is told apart. */
function moneyOf(parent: RunState, node: GraphNode, path: string, tokens: { prompt: number; completion: number } | undefined, prices: TokenPrices): number | undefined {
  if (tokens === undefined) return 0
  const named = path.split('.').slice(1).reduce<GraphNode | undefined>((at, id) => at && graphAt({ nodes: [at], edges: [] }, [at.id]).nodes.find((inner) => inner.id === id), node)?.config.model
  const before = Object.entries(parent.steps).find(([key, step]) => nodeOfStep(key) === path && step.usage)?.[1]
  const model = typeof named === 'string' && named !== '' ? named : before && pricedCall({ ...before, reusedFrom: undefined, pinned: false })?.model
  return costOf(prices, { model, at: Infinity, promptTokens: tokens.prompt, completionTokens: tokens.completion })
}

function figuresOf(history: History, path: string): ExecutionStatistics | undefined {
  return Object.hasOwn(history, path) ? history[path] : undefined
}

function tookMs(parent: RunState, id: string): number | undefined {
  const { startedAt, finishedAt, reusedFrom, state } = stepOf(parent, id)
  return startedAt === undefined || finishedAt === undefined || reusedFrom !== undefined || state.kind !== 'completed' ? undefined : finishedAt - startedAt
}

function longestChain(graph: Graph, msOf: (id: string) => number): number {
  const { into } = adjacencyOf(graph)
  const ends = new Map<string, number>()
  for (const { id } of orderOf(graph)) {
    const begin = Math.max(0, ...(into.get(id) ?? []).map((edge) => ends.get(edge.source) ?? 0))
    ends.set(id, begin + msOf(id))
  }
  return Math.max(0, ...ends.values())
}

function effectsOf(parent: RunState, level: Graph, node: GraphNode, names: readonly string[], prefix: string): Effect[] {
  const path = prefix + node.id
  const effect = (kind: Effect['kind'], method?: string): Effect[] => [{
    nodeId: path, names: [...names, node.name], kind, method,
    repeats: Object.entries(parent.steps).some(([key, step]) => nodeOfStep(key) === path && step.attempts.length > 0 && !step.pinned),
  }]
  // An output that the graph pins is never computed.
  if (node.config.pinnedOutput !== undefined || isDisabled(node.config)) return []
  switch (node.type) {
    case 'http':
      return effect('request', typeof node.config.method === 'string' ? node.config.method : 'GET')
    case 'approval':
      return effect('person')
    case 'map':
      return graphAt(level, [node.id]).nodes.flatMap((inner) => effectsOf(parent, graphAt(level, [node.id]), inner, [...names, node.name], `${path}.`))
    case 'agent':
      // What its tools do is the model's to say.
      return Array.isArray(node.config.tools) && node.config.tools.some((tool) => tool !== null && typeof tool === 'object' && 'run' in tool) ? effect('other') : []
    case 'input':
    case 'transform':
    case 'condition':
    case 'merge':
    case 'output':
    case 'note':
    case 'group':
      return []
    default:
      return effect('other')
  }
}
