import { MODEL_STEP, UNKNOWN_TOOL, type Tool, type ToolRun } from '@/domain/graph/agent-tools'
import { isRemark, NodeId, type Graph, type GraphEdge, type GraphNode } from '@/domain/graph/graph'
import { configs, isDisabled, parseConfig, passingHandle, type TypedNode } from '@/domain/graph/node-types'
import { adjacencyOf, topologicalOrder } from '@/domain/graph/order'

/** A valid graph made ready for planning: nodes typed and in order, map bodies too. Made once per run. */
export type RunGraph = {
  nodes: ReadonlyMap<string, TypedNode>
  /** Topological; remarks left out. */
  order: readonly TypedNode[]
  into: ReadonlyMap<string, readonly GraphEdge[]>
  outOf: ReadonlyMap<string, readonly GraphEdge[]>
  bodies: ReadonlyMap<string, RunGraph>
  /** Of agents that call their tools themselves: what the steps of a turn are. */
  loops: ReadonlyMap<string, RunGraph>
  /** Disabled nodes, each with the handle by which it hands its input on. */
  passing: ReadonlyMap<string, string>
}

/** @throws when the graph is not valid: check with `validateGraph` first */
export function compileGraph(graph: Graph): RunGraph {
  const nodes = new Map<string, TypedNode>()
  const bodies = new Map<string, RunGraph>()
  const loops = new Map<string, RunGraph>()
  const passing = new Map<string, string>()
  for (const raw of graph.nodes) {
    if (isDisabled(raw.config) && raw.type !== 'input') {
      passing.set(raw.id, passingHandle(raw.type))
      nodes.set(raw.id, wire(raw))
      continue
    }
    const parsed = parseConfig(raw)
    if (parsed.issues) throw new Error(`Node ${raw.id} is not valid: ${parsed.issues[0]?.message ?? ''}`)
    nodes.set(raw.id, parsed.node)
    if (parsed.node.type === 'map') bodies.set(raw.id, compileGraph(parsed.node.config.body))
    if (parsed.node.type === 'agent' && parsed.node.config.tools?.some(({ run }) => run)) loops.set(raw.id, turnGraph(parsed.node))
  }
  const order = topologicalOrder(graph).order.map((id) => nodes.get(id)!).filter((node) => !isRemark(node.type))
  return { nodes, order, bodies, loops, passing, ...adjacencyOf(graph) }
}

/** What stands for a disabled node: nothing of what it is or says counts, and its settings may be unfinished. */
function wire(node: GraphNode): TypedNode {
  return { ...node, type: 'merge', config: configs.merge.parse({}) }
}

/** The steps that a turn of an agent may have: no edge joins them, the log says which come. */
function turnGraph(agent: Extract<TypedNode, { type: 'agent' }>): RunGraph {
  const { remember: _, runIf: __, pinnedOutput: ___, timeoutMs: ____, stepTimeoutMs: _____, ...config } = agent.config
  // Its prompts are rendered once, when the agent starts.
  const nodes = new Map<string, TypedNode>([[MODEL_STEP, { ...agent, id: NodeId.parse(MODEL_STEP), config: { ...config, system: undefined, prompt: '', onError: 'fail', critical: false } }]])
  for (const tool of config.tools ?? []) if (tool.run) nodes.set(tool.name, toolNode(agent, tool, tool.run))
  nodes.set(UNKNOWN_TOOL, { ...agent, id: NodeId.parse(UNKNOWN_TOOL), name: UNKNOWN_TOOL, type: 'merge', config: configs.merge.parse({}) })
  return { nodes, order: [], into: new Map(), outOf: new Map(), bodies: new Map(), loops: new Map(), passing: new Map() }
}

function toolNode(agent: TypedNode, { name, timeoutMs }: Tool, { kind, ...run }: ToolRun): TypedNode {
  const own = kind === 'mcp' ? { ...run, tool: 'tool' in run && run.tool?.trim() ? run.tool : name } : run
  const parsed = parseConfig({ id: NodeId.parse(agent.id), type: kind, name, position: agent.position, config: JSON.parse(JSON.stringify({ ...own, timeoutMs })) as GraphNode['config'] })
  if (parsed.issues) throw new Error(`Tool ${name} is not valid: ${parsed.issues[0]?.message ?? ''}`)
  return parsed.node
}

/** Names by which agents of the graph ask for models; '' where one takes what there is. */
export function modelsAsked(graph: RunGraph): string[] {
  const own = graph.order.flatMap((node) => (node.type === 'agent' ? [node.config.model ?? ''] : []))
  return [...new Set([...own, ...[...graph.bodies.values()].flatMap(modelsAsked)])]
}

/** One segment of a step key: `outer[3]` → {id: 'outer', index: 3}. */
export type KeySegment = { id: string; index?: number }

/** `outer[3].inner` → its segments, outermost first. */
export function parseStepKey(key: string): KeySegment[] {
  return key.split('.').map((part) => {
    const match = /^(.+)\[(\d+)\]$/.exec(part)
    return match ? { id: match[1]!, index: Number(match[2]) } : { id: part }
  })
}

/** The prefix of all steps of one map item, or of one turn of an agent: `outer[3].`. */
export function itemPrefix(mapKey: string, index: number): string {
  return `${mapKey}[${index}].`
}

/** A second call of the same tool in one turn is called `search~2`. */
export function withoutCount(id: string): string {
  return id.replace(/~\d+$/, '')
}

/** The node a step key names, and the graph it stands in. */
export function locate(graph: RunGraph, key: string): { node: TypedNode; level: RunGraph; prefix: string } | undefined {
  let level = graph
  let prefix = ''
  const segments = parseStepKey(key)
  for (const segment of segments.slice(0, -1)) {
    const body = level.bodies.get(segment.id) ?? level.loops.get(segment.id)
    if (!body || segment.index === undefined) return undefined
    prefix = itemPrefix(prefix + segment.id, segment.index)
    level = body
  }
  const node = level.nodes.get(withoutCount(segments.at(-1)!.id))
  return node && { node, level, prefix }
}
