import type { Json } from '@/domain/json'
import { Graph, isRemark, sourceHandleOf, type GraphNode } from './graph'
import { isDisabled, outputType } from './node-types'
import { adjacencyOf } from './order'
import { fieldPaths, isTemplate } from './references'
import type { GraphIssue } from './validate'
import { accepts, anyType, describeType, objectType, typeAt, typeOfSchema, type ValueType } from './value-type'

/** How many workflows one call may lead through: each is a run that waits for the next. */
export const MAX_CALL_DEPTH = 8

/** What a node asks for: a workflow, and the version where one is named. */
export type Call = { workflowId: string; version: number | undefined }
/** A workflow as another one calls it. */
export type Callee = { id: string; name: string; graph: Graph }
/** @returns undefined where there is no such workflow, or no such version of it */
export type CalleeOf = (call: Call) => Callee | undefined

type CallingNode = { node: GraphNode; /** The node of the outermost level that it lies in, or itself. */ at: GraphNode; level: Graph; /** Of an agent, its tool that calls. */ tool?: { parameters: Json | undefined } }

/** Sub-workflow nodes and tools of agents that name a workflow, in maps too. */
export function callsIn(graph: Graph, outer?: GraphNode): (Call & CallingNode)[] {
  return graph.nodes.flatMap((node) => {
    if (isDisabled(node.config)) return []
    const at = outer ?? node
    if (node.type === 'map') {
      const body = Graph.safeParse(node.config.body)
      return body.success ? callsIn(body.data, at) : []
    }
    if (node.type === 'agent') return toolsIn(node).map((call) => ({ ...call, node, at, level: graph }))
    const { workflowId, version } = node.config
    if (node.type !== 'subworkflow' || typeof workflowId !== 'string' || workflowId === '') return []
    return [{ workflowId, version: typeof version === 'number' ? version : undefined, node, at, level: graph }]
  })
}

/** Of a draft: settings may be unfinished. */
function toolsIn({ config: { tools } }: GraphNode): (Call & Pick<CallingNode, 'tool'>)[] {
  return (Array.isArray(tools) ? tools : []).flatMap((tool) => {
    const run = isObject(tool) ? tool.run : undefined
    if (!isObject(tool) || !isObject(run) || run.kind !== 'subworkflow' || typeof run.workflowId !== 'string' || run.workflowId === '') return []
    return [{ workflowId: run.workflowId, version: typeof run.version === 'number' ? run.version : undefined, tool: { parameters: tool.parameters } }]
  })
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/**
 * What is wrong between a graph and the workflows that it calls: one that is not there, circles, types at both ends.
 * @param self the workflow that the graph is of; undefined: not kept yet, so nothing can call it
 */
export function checkCalls(graph: Graph, self: { id: string; name: string } | undefined, calleeOf: CalleeOf): GraphIssue[] {
  return callsIn(graph).flatMap(({ node, at, level, tool, ...call }): GraphIssue[] => {
    const callee = calleeOf(call)
    // Inside a map the form of the outer node shows it; its own is on another level.
    const place = (path: string, nodeId: string = node.id) => (at.id === node.id ? { nodeId, path } : { nodeId: at.id, path: '' })
    if (!callee) {
      const what = call.version === undefined ? call.workflowId : `${call.workflowId}, version ${call.version}`
      return [{ code: 'UNKNOWN_WORKFLOW', message: `"${node.name}" runs workflow ${what}, which is not here`, params: { name: node.name, workflow: what }, ...place(tool ? 'tools' : call.version === undefined ? 'workflowId' : 'version') }]
    }
    const chain = self ? [self] : []
    const path = call.workflowId === self?.id ? [self, self] : circleFrom([...chain, callee], calleeOf, new Set())
    if (path) {
      const workflows = path.map(({ name }) => name).join(' → ')
      return [{ code: 'WORKFLOW_CYCLE', message: `"${node.name}" would run in a circle: ${workflows}`, params: { name: node.name, workflows }, ...place(tool ? 'tools' : 'workflowId') }]
    }
    if (tool) return checkGiven(node, typeOfSchema(tool.parameters), callee).map((issue) => ({ ...issue, ...place('tools') }))
    return [...checkGiven(node, givenType(level, node), callee), ...checkTaken(level, node, callee)].map((issue) => ({ ...issue, ...place(issue.path ?? '', issue.nodeId) }))
  })
}

/** The chain of workflows that leads back to one of its own, or deeper than runs may nest; undefined where there is none. `safe`: from which none leads. */
function circleFrom(chain: readonly { id: string; name: string; graph?: Graph }[], calleeOf: CalleeOf, safe: Set<Graph>): { id: string; name: string }[] | undefined {
  const { graph } = chain.at(-1)!
  if (chain.length > MAX_CALL_DEPTH) return [...chain]
  if (!graph || safe.has(graph)) return undefined
  for (const call of callsIn(graph)) {
    const callee = calleeOf(call)
    const before = chain.findIndex(({ id }) => id === call.workflowId)
    if (before >= 0) return [...chain.slice(before), chain[before]!]
    const found = callee && circleFrom([...chain, callee], calleeOf, safe)
    if (found) return found
  }
  safe.add(graph)
  return undefined
}

/** What the node hands in, against what the other workflow's input node says it takes. */
function checkGiven(node: GraphNode, found: ValueType, { name, graph }: Callee): GraphIssue[] {
  const expected = typeOfSchema(graph.nodes.find(({ type }) => type === 'input')?.config.schema)
  if (accepts(expected, found)) return []
  const params = { name: node.name, workflow: name, expected: describeType(expected), found: describeType(found) }
  return [{ code: 'SUB_INPUT', message: `"${node.name}" gives ${params.found}, but "${name}" takes ${params.expected}`, params, nodeId: node.id, path: 'input' }]
}

function givenType(level: Graph, { id, config }: GraphNode): ValueType {
  const { input } = config
  if (typeof input === 'string' && input.trim() !== '') return textType(level, input)
  if (input !== null && typeof input === 'object' && !Array.isArray(input)) return objectType(Object.fromEntries(Object.entries(input).map(([key, text]) => [key, typeof text === 'string' ? textType(level, text) : anyType])))
  const incoming = level.edges.filter((edge) => edge.target === id)
  const source = incoming.length === 1 ? level.nodes.find((node) => node.id === incoming[0]!.source) : undefined
  return source && sourceHandleOf(incoming[0]!) !== 'error' ? outputType(source.type, source.config) : anyType
}

const ONE_PATH = /^\s*(?:input|steps\.[A-Za-z_]\w*\.output)(?:\.[A-Za-z_]\w*)*\s*$/

/** Of a template or an expression, as far as its text tells: a path's type, a literal's, text for a template. */
function textType(level: Graph, text: string): ValueType {
  if (isTemplate(text)) return { kind: 'text' }
  if (/^\s*(["'])[^"'\\]*\1\s*$/.test(text)) return { kind: 'text' }
  if (/^\s*-?\d+(\.\d+)?\s*$/.test(text)) return { kind: 'number' }
  if (/^\s*(true|false)\s*$/.test(text)) return { kind: 'boolean' }
  if (!ONE_PATH.test(text)) return anyType
  const [root, ...rest] = text.trim().split('.')
  const source = root === 'input' ? level.nodes.find(({ type }) => type === 'input') : level.nodes.find((node) => node.id === rest[0])
  if (!source) return anyType
  return typeAt(outputType(source.type, source.config), root === 'input' ? rest : rest.slice(2)) ?? anyType
}

/** What other nodes read of the node's output, against what the other workflow gives. */
function checkTaken(level: Graph, node: GraphNode, { name, graph }: Callee): GraphIssue[] {
  const type = resultType(graph)
  if (type.kind === 'any') return []
  return level.nodes.flatMap((reader) => fieldPaths(reader.config).flatMap(({ field, path: [root, id, what, ...rest] }): GraphIssue[] => {
    if (root !== 'steps' || id !== node.id || what !== 'output' || typeAt(type, rest) !== undefined || node.config.onError === 'branch') return []
    const params = { name: reader.name, source: `${node.name} (${name})`, path: ['steps', id, 'output', ...rest].join('.'), found: describeType(type) }
    return [{ code: 'NO_SUCH_FIELD', message: `"${reader.name}" reads ${params.path}, but "${params.source}" gives ${params.found}`, params, nodeId: reader.id, path: field }]
  }))
}

/** What a run of the graph gives, as far as it can be told before. */
export function resultType(graph: Graph): ValueType {
  const outputs = graph.nodes.filter(({ type }) => type === 'output')
  const { into, outOf } = adjacencyOf(graph)
  const ends = outputs.length > 0 ? outputs : graph.nodes.filter(({ id, type }) => !isRemark(type) && (outOf.get(id) ?? []).length === 0)
  // Of several, those that ran count: with one it is its value, with more an object.
  if (ends.length !== 1) return anyType
  const [end] = ends
  if (end!.type !== 'output') return outputType(end!.type, end!.config)
  const value: Json | undefined = end!.config.value
  if (typeof value === 'string' && value.trim() !== '') return textType(graph, value)
  const edges = into.get(end!.id) ?? []
  const source = edges.length === 1 ? graph.nodes.find(({ id }) => id === edges[0]!.source) : undefined
  return source && sourceHandleOf(edges[0]!) !== 'error' ? outputType(source.type, source.config) : anyType
}
