import { likest, namesIn } from '@/domain/likest'
import { Graph, isRemark, sourceHandleOf, type GraphEdge, type GraphNode } from './graph'
import { errorType, inputHandles, isDisabled, outputHandles, outputType, parseConfig } from './node-types'
import { adjacencyOf, ancestorsIn, closesCycle, topologicalOrder } from './order'
import { codeTexts, fieldPaths, type CodeText } from './references'
import type { TextFault } from './text-fault'
import { messageLinks, receiversIn, sendersWithoutReceiver } from './message-links'
import { accepts, describeType, typeAt } from './value-type'

export type IssueCode =
  | 'CYCLE' | 'DUPLICATE_ID' | 'UNKNOWN_NODE' | 'UNKNOWN_HANDLE' | 'TYPE_CLASH' | 'FIELD' | 'NO_INPUT'
  | 'SEVERAL_INPUTS' | 'EMPTY' | 'UNKNOWN_REFERENCE' | 'NOT_UPSTREAM' | 'NO_SUCH_FIELD' | 'NESTED'
  | 'NO_RECEIVER' | 'NO_SENDER' | 'SENT_TOO_LATE' | 'UNKNOWN_WORKFLOW' | 'WORKFLOW_CYCLE' | 'SUB_INPUT' | 'SYNTAX'

/** One thing wrong. `params` fill the message in the reader's language; `message` is the English. */
export type GraphIssue = {
  nodeId?: string; edgeId?: string; path?: string; code: IssueCode; message: string; params?: Record<string, string>
  /** What is wrong in the body of the map `nodeId`, as that level tells it. */
  inner?: GraphIssue
}

/** What is wrong with a text, as the engines for templates and expressions tell it; undefined: nothing, or not known yet. */
export type FaultOf = (text: Pick<CodeText, 'language' | 'text'>) => TextFault | undefined

/**
 * Everything that keeps a graph from running, nearest cause first. Empty: it can run.
 * @param faultOf left out: templates and expressions are not looked into
 */
export function validateGraph(graph: Graph, nested = false, faultOf: FaultOf = () => undefined): GraphIssue[] {
  const structure = [...checkIds(graph), ...checkEdges(graph), ...checkShape(graph, nested)]
  const fields = graph.nodes.flatMap((node) => checkFields(graph, node, faultOf))
  return [...structure, ...fields, ...checkReferences(graph, nested), ...checkMessages(graph, nested)]
}

/** Where it is, by the maps around it. @param path those around the level that was looked at */
export function placeOf({ nodeId, edgeId, inner }: GraphIssue, path: readonly string[] = []): { path: readonly string[]; nodeId?: string; edgeId?: string } {
  if (inner && nodeId !== undefined) return placeOf(inner, [...path, nodeId])
  return { path, ...(nodeId !== undefined && { nodeId }), ...(edgeId !== undefined && { edgeId }) }
}

/** Why an edge cannot be drawn, or undefined. Used while dragging. */
export function refuseEdge(graph: Graph, edge: Omit<GraphEdge, 'id'>): GraphIssue | undefined {
  const source = graph.nodes.find((node) => node.id === edge.source)
  const target = graph.nodes.find((node) => node.id === edge.target)
  if (!source || !target) return issue('UNKNOWN_NODE', 'An edge has to join two nodes of this graph', {})
  return closesCycle(graph, source.id, target.id) ? cycleIssue(source, target) : refuseEnds(source, target, edge)
}

/** Why an edge that would close a circle cannot be drawn. */
export function cycleIssue(source: GraphNode, target: GraphNode): GraphIssue {
  return issue('CYCLE', `"${target.name}" already leads to "${source.name}": this edge would close a circle`, { nodes: `${target.name} → ${source.name}` })
}

function checkIds(graph: Graph): GraphIssue[] {
  const seen = new Set<string>()
  return graph.nodes.flatMap((node) => {
    if (!seen.has(node.id)) return (seen.add(node.id), [])
    return [{ ...issue('DUPLICATE_ID', `Two nodes have the id "${node.id}"`, { id: node.id }), nodeId: node.id }]
  })
}

function checkEdges(graph: Graph): GraphIssue[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  return graph.edges.flatMap((edge) => {
    const source = nodes.get(edge.source)
    const target = nodes.get(edge.target)
    if (!source || !target) {
      const missing = source ? edge.target : edge.source
      return [{ ...issue('UNKNOWN_NODE', `Edge "${edge.id}" ends at "${missing}", which is not in the graph`, { id: missing }), edgeId: edge.id }]
    }
    const found = refuseEnds(source, target, edge)
    return found ? [{ ...found, edgeId: edge.id }] : []
  })
}

/** Why two nodes cannot be joined by the handles of an edge, or undefined; circles are not looked for. */
export function refuseEnds(source: GraphNode, target: GraphNode, edge: Omit<GraphEdge, 'id'>): GraphIssue | undefined {
  const from = outputHandles(source.type, source.config).find((handle) => handle.id === sourceHandleOf(edge))
  const to = inputHandles(target.type, target.config).find((handle) => handle.id === (edge.targetHandle ?? 'in'))
  if (!from) return issue('UNKNOWN_HANDLE', `"${source.name}" has no output "${sourceHandleOf(edge)}"`, { name: source.name, handle: sourceHandleOf(edge) })
  if (!to) return issue('UNKNOWN_HANDLE', `"${target.name}" takes no input "${edge.targetHandle ?? 'in'}"`, { name: target.name, handle: edge.targetHandle ?? 'in' })
  if (accepts(to.type, from.type)) return undefined
  const params = { source: source.name, target: target.name, expected: describeType(to.type), found: describeType(from.type) }
  return issue('TYPE_CLASH', `"${target.name}" expects ${params.expected}, but "${source.name}" gives ${params.found}`, params)
}

function checkShape(graph: Graph, nested: boolean): GraphIssue[] {
  const working = graph.nodes.filter((node) => !isRemark(node.type))
  if (working.length === 0) return [issue('EMPTY', nested ? 'The body of the map has no nodes' : 'The graph has no nodes yet', {})]
  const { cycle } = topologicalOrder(graph)
  const issues: GraphIssue[] = []
  if (cycle.length > 0) {
    const names = [...cycle, cycle[0]!].map((id) => graph.nodes.find((node) => node.id === id)?.name ?? id).join(' → ')
    issues.push({ ...issue('CYCLE', `These nodes form a circle: ${names}`, { nodes: names }), nodeId: cycle[0]! })
  }
  const inputs = working.filter((node) => node.type === 'input')
  if (inputs.length > 1) issues.push({ ...issue('SEVERAL_INPUTS', 'A graph has one input node', {}), nodeId: inputs[1]!.id })
  return issues
}

/** The texts that are worked out when the graph runs, in the bodies of its maps too. */
export function textsIn(graph: Graph): CodeText[] {
  return graph.nodes.flatMap((node) => {
    if (isSetAside(node) || isRemark(node.type)) return []
    const body = node.type === 'map' ? Graph.safeParse(node.config.body) : undefined
    return [...codeTexts(node.config, node.type), ...(body?.success ? textsIn(body.data) : [])]
  })
}

/** Half-finished work may be set aside: nothing of it is read. */
function isSetAside({ type, config }: GraphNode): boolean {
  return isDisabled(config) && type !== 'input' && !isRemark(type)
}

function checkFields(graph: Graph, node: GraphNode, faultOf: FaultOf): GraphIssue[] {
  if (isSetAside(node)) return []
  if (node.type === 'map') {
    const body = Graph.safeParse(node.config.body)
    if (body.success) {
      const inner = validateGraph(body.data, true, faultOf).map((found): GraphIssue => ({
        ...issue('NESTED', `In "${node.name}": ${found.message}`, { name: node.name, message: found.message }), nodeId: node.id, path: 'body', inner: found,
      }))
      if (inner.length > 0) return inner
    }
  }
  const issues = (parseConfig(node).issues ?? []).map(({ path, message, code, params }): GraphIssue => ({
    ...issue('FIELD', `"${node.name}", ${path || 'config'}: ${message}`, { ...params, name: node.name, path, fault: code }), nodeId: node.id, path,
  }))
  if (!isRemark(node.type)) issues.push(...checkTexts(node, faultOf))
  const needsInput = inputHandles(node.type, node.config).length > 0 && ['merge', 'output', 'condition', 'approval'].includes(node.type)
  if (needsInput && !graph.edges.some((edge) => edge.target === node.id)) {
    issues.push({ ...issue('NO_INPUT', `"${node.name}" has no incoming edge`, { name: node.name }), nodeId: node.id, path: '' })
  }
  return issues
}

function checkTexts(node: GraphNode, faultOf: FaultOf): GraphIssue[] {
  return codeTexts(node.config, node.type).flatMap(({ field, ...text }) => {
    const fault = faultOf(text)
    if (!fault) return []
    const { line, column } = fault
    const params = { ...fault.params, name: node.name, path: field, fault: fault.code, line: String(line), column: String(column) }
    return [{ ...issue('SYNTAX', `"${node.name}", ${field}, line ${line}, column ${column}: ${fault.message}`, params), nodeId: node.id, path: field }]
  })
}

function checkReferences(graph: Graph, nested: boolean): GraphIssue[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]))
  const adjacency = adjacencyOf(graph)
  return graph.nodes.flatMap((node) => {
    const texts = isDisabled(node.config) ? [] : fieldPaths(node.config)
    if (texts.length === 0) return []
    const upstream = ancestorsIn(adjacency, node.id)
    return texts.flatMap(({ field, path }) => {
      const [root, id, ...rest] = path
      // What a node remembers may be of its own output.
      if (root !== 'steps' || id === undefined || (id === node.id && field.startsWith('remember.'))) return []
      const found = nodes.get(id)
      const at = { nodeId: node.id, path: field }
      // A body sees the steps around the map too; only the engine knows those.
      if (!found) return nested ? [] : [{ ...unknownReference(node.name, id, [...upstream].map((one) => one as string)), ...at }]
      if (!upstream.has(id)) return [{ ...issue('NOT_UPSTREAM', `"${node.name}" reads "${found.name}", which does not run before it: connect them`, { name: node.name, source: found.name }), ...at }]
      const [what, ...fieldPath] = rest
      if (what !== 'output' || typeAt(outputType(found.type, found.config), fieldPath) !== undefined) return []
      // Where its fallback branch was taken, its output is the error.
      if (found.config.onError === 'branch' && typeAt(errorType, fieldPath) !== undefined) return []
      const type = describeType(outputType(found.type, found.config))
      return [{ ...issue('NO_SUCH_FIELD', `"${node.name}" reads ${path.join('.')}, but "${found.name}" gives ${type}`, { name: node.name, source: found.name, path: path.join('.'), found: type }), ...at }]
    })
  })
}

function unknownReference(name: string, id: string, before: readonly string[]): GraphIssue {
  const there = likest(id, before)
  return issue('UNKNOWN_REFERENCE', `"${name}" reads steps.${id}, but no node has the id "${id}"${there.length === 0 ? '' : `; it can read ${namesIn(there, before.length)}`}`, { name, id, there: there.join(', ') || 'none' })
}

/** Every message that is sent has somebody to take it, and whoever waits for one can get it. */
function checkMessages(graph: Graph, nested: boolean): GraphIssue[] {
  // One in the body of a map may be for a node around it.
  const lost = nested ? [] : sendersWithoutReceiver(graph).map(({ at, id, name, to = '' }) => ({ ...issue('NO_RECEIVER', `"${name}" sends to "${to}", but no message node with that id receives`, { name, to }), nodeId: at, path: at === id ? 'to' : '' }))
  const links = messageLinks(graph)
  const adjacency = adjacencyOf(graph)
  const waiting = receiversIn(graph).flatMap((node): GraphIssue[] => {
    const sources = links.filter((link) => link.target === node.id).map((link) => link.source)
    const at = { nodeId: node.id, path: 'from' }
    if (sources.length === 0) return [{ ...issue('NO_SENDER', `"${node.name}" waits for a message that no node sends to it`, { name: node.name }), ...at }]
    const late = sources.every((source) => source === node.id || ancestorsIn(adjacency, source).has(node.id))
    return late ? [{ ...issue('SENT_TOO_LATE', `"${node.name}" waits for a message that is sent only after it`, { name: node.name }), ...at }] : []
  })
  return [...lost, ...waiting]
}

function issue(code: IssueCode, message: string, params: Record<string, string>): GraphIssue {
  return { code, message, params }
}
