import { Graph, isRemark, NodeId, sourceHandleOf, type GraphEdge, type GraphNode } from '@/domain/graph/graph'
import { messageLinks } from '@/domain/graph/message-links'
import { ancestorsIn, topologicalOrder, type Adjacency } from '@/domain/graph/order'
import { fieldPaths } from '@/domain/graph/references'
import { isUsable } from './last-results'
import { pinnedHandle } from './pinned-handle'
import { isPinned, resultOf, staleNodes, type LastResults } from './stale-nodes'
import type { Trial, TrialReach } from './trial'

/** Nodes by id, in their order. */
export type TrialPlan = {
  run: readonly string[]
  /** Their last result is taken over. */
  taken: readonly string[]
  /** Their pinned output is. */
  pinned: readonly string[]
  /** What is needed has no output yet, and would not run. */
  missing: readonly string[]
  /** The node would be skipped: `cause` went another way the last time. */
  shut: { cause: string } | undefined
}

/**
 * What a trial of a part of the graph runs and what it builds on.
 * T1. What runs sees, of every node before it, an output: worked out, taken over, or pinned.
 * T2. A pinned node runs nothing, and nothing runs for its sake.
 * T3. The input node costs nothing: it always gives the input of the trial.
 * @param newInput the trial brings another input than the last run had
 */
export function planTrial(graph: Graph, results: LastResults, { node, reach }: Trial, newInput = false): TrialPlan {
  const known = knownOf(graph)
  const run = runOf(known, results, node, reach, newInput)
  const before = new Set<string>([...run].flatMap((id) => [...ancestorsIn(known.links, id)]).filter((id) => !run.has(id)))
  const entry = graph.nodes.find(({ type, id }) => type === 'input' && before.has(id))
  if (entry) {
    run.add(entry.id)
    before.delete(entry.id)
  }
  const pinned = [...before].filter((id) => isPinned(known.nodes.get(id)!))
  const taken = [...before].filter((id) => !pinned.includes(id) && isUsable(resultOf(results, id)))
  const at = (id: string) => known.order.indexOf(id)
  const sorted = (ids: Iterable<string>) => [...ids].sort((a, b) => at(a) - at(b))
  return {
    run: sorted(run), taken: sorted(taken), pinned: sorted(pinned),
    missing: sorted(missingOf(known, run, new Set([...pinned, ...taken]))),
    shut: reach === 'to' ? undefined : shutBy(known, results, run, node),
  }
}

/** The graph of such a trial: only what runs and what it builds on. What is taken over stands there as it ran. */
export function trialGraph(graph: Graph, plan: TrialPlan, asItRan: (id: string) => GraphNode['config'] | undefined): Graph {
  const run = new Set(plan.run)
  const kept = new Set([...plan.run, ...plan.taken, ...plan.pinned])
  const taken = new Set(plan.taken)
  return {
    nodes: graph.nodes.filter(({ id }) => kept.has(id)).map((node) => (taken.has(node.id) ? { ...node, config: asItRan(node.id) ?? node.config } : node)),
    // A pinned node waits for nothing; unless somebody wants just this node, that is all it is here for.
    edges: graph.edges.filter(({ source, target }) => kept.has(source) && kept.has(target) && (run.has(target) || taken.has(target))),
  }
}

type Known = { graph: Graph; nodes: ReadonlyMap<string, GraphNode>; order: readonly string[]; links: Adjacency; needs: ReadonlyMap<string, ReadonlySet<string>> }

/** Every node before one, over edges and messages, in their order. */
export function beforeIn(graph: Graph, id: string): string[] {
  const { links, order } = knownOf(graph)
  const before = ancestorsIn(links, id)
  return order.filter((one) => before.has(one))
}

/** Edges, messages and what templates read, all as edges. */
function knownOf(graph: Graph): Known {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  const links: Adjacency = { into: new Map(), outOf: new Map() }
  const needs = new Map<string, Set<string>>()
  const link = (edge: Pick<GraphEdge, 'source' | 'target'>) => {
    push(links.into, edge.target, edge as GraphEdge)
    push(links.outOf, edge.source, edge as GraphEdge)
    needs.set(edge.target, (needs.get(edge.target) ?? new Set()).add(edge.source))
  }
  graph.edges.forEach(link)
  for (const { source, target } of messageLinks(graph)) link({ source: NodeId.parse(source), target: NodeId.parse(target) })
  for (const node of graph.nodes) for (const id of readBy(node)) if (nodes.has(id) && id !== node.id) needs.set(node.id, (needs.get(node.id) ?? new Set()).add(id))
  return { graph, nodes, order: topologicalOrder(graph).order, links, needs }
}

/** Ids of steps that a node's texts read, in a map's body too. */
export function readBy({ type, config }: GraphNode): string[] {
  const own = fieldPaths(config).flatMap(({ path: [root, id] }) => (root === 'steps' && id !== undefined ? [id] : []))
  const body = type === 'map' ? Graph.safeParse(config.body) : undefined
  if (!body?.success) return own
  const inside = new Set<string>(body.data.nodes.map((node) => node.id))
  return [...own, ...body.data.nodes.flatMap(readBy).filter((id) => !inside.has(id))]
}

function runOf({ graph, nodes, links, needs }: Known, results: LastResults, node: string, reach: TrialReach, newInput: boolean): Set<string> {
  const run = new Set([node])
  if (reach === 'only') return run
  if (reach === 'from') {
    // Backwards over the same links: who has this node among those before it.
    for (const { id, type } of graph.nodes) if (!isRemark(type) && ancestorsIn(links, id).has(node)) run.add(id)
    return run
  }
  const stale = staleNodes(graph, results)
  const input = graph.nodes.find(({ type }) => type === 'input')?.id
  const stack = [node]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const id of needs.get(at) ?? []) {
      const last = resultOf(results, id)
      const before = ancestorsIn(links, id)
      const current = isUsable(last) && !stale.has(id) && !(newInput && input !== undefined && before.has(input))
      if (run.has(id) || isPinned(nodes.get(id)!) || current) continue
      run.add(id)
      stack.push(id)
    }
  }
  return run
}

/** A merge of the first is content with one. */
function missingOf({ nodes, needs, graph }: Known, run: ReadonlySet<string>, there: ReadonlySet<string>): Set<string> {
  const missing = new Set<string>()
  for (const id of run) {
    const node = nodes.get(id)
    const absent = [...(needs.get(id) ?? [])].filter((one) => !run.has(one) && !there.has(one))
    const any = node?.type === 'merge' && node.config.mode === 'any'
    const wired = graph.edges.filter((edge) => edge.target === id).map((edge) => edge.source as string)
    if (any && wired.some((source) => run.has(source) || there.has(source))) continue
    for (const one of absent) missing.add(one)
  }
  return missing
}

/** Which node before it, none of which runs, leaves by another handle than the one that leads here. */
function shutBy({ graph, nodes }: Known, results: LastResults, run: ReadonlySet<string>, id: string): { cause: string } | undefined {
  const edges = graph.edges.filter((edge) => edge.target === id)
  const open = edges.some((edge) => run.has(edge.source) || handleNow(nodes.get(edge.source), results) === sourceHandleOf(edge))
  return edges.length === 0 || open ? undefined : { cause: edges[0]!.source }
}

function handleNow(node: GraphNode | undefined, results: LastResults): string | undefined {
  if (!node) return undefined
  return isPinned(node) ? pinnedHandle(node.type, node.config.pinnedOutput!) : resultOf(results, node.id)?.handle
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
