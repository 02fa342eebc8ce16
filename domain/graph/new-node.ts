import type { Json } from '@/domain/json'
import { NodeId, type Graph, type GraphEdge, type GraphNode, type NodeType } from './graph'
import type { Point } from './graph-edit'
import { outputHandles } from './node-types'
import { refuseEdge } from './validate'

/** Nodes are offered the places of a grid that are free. */
export const STEP = { x: 300, y: 130 }

/** An id has 64 characters at most; a graph has no more nodes than four digits count. */
const LONGEST_STEM = 60

/** `agent`, `agent2`, … : the first that is free. */
export function freeNodeId(taken: ReadonlySet<string>, wish: string): NodeId {
  const stem = (wish.replaceAll(/[^A-Za-z0-9_-]/g, '').replace(/\d+$/, '') || 'node').slice(0, LONGEST_STEM)
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}${number}`
    if (!taken.has(id)) return NodeId.parse(id)
  }
}

/** A new node of a type, with the least that it needs to be filled in. */
export function newNode(graph: Graph, type: NodeType, name: string, position: Point): GraphNode {
  const id = freeNodeId(new Set(graph.nodes.map((node) => node.id)), type)
  const number = /\d+$/.exec(id)?.[0]
  return { id, type, name: number === undefined ? name : `${name} ${number}`, position: freePlace(graph, position), config: firstConfig(type) }
}

/** The edge from the selected node to a new one, where their ends fit and nothing leaves from there yet. */
export function edgeFrom(graph: Graph, source: GraphNode, target: GraphNode): GraphEdge | undefined {
  const grown: Graph = { ...graph, nodes: [...graph.nodes, target] }
  for (const handle of outputHandles(source.type, source.config)) {
    if (handle.id === 'error' || graph.edges.some((edge) => edge.source === source.id && (edge.sourceHandle ?? 'out') === handle.id)) continue
    const edge = newEdge(source.id, handle.id, target.id, 'in')
    if (!refuseEdge(grown, edge)) return edge
  }
  return undefined
}

/** Equal ends give equal ids, and others do not: an edge can be drawn once. No id of a node or handle holds the signs between. */
export function newEdge(source: string, sourceHandle: string | null | undefined, target: string, targetHandle: string | null | undefined): GraphEdge {
  const from = sourceHandle && sourceHandle !== 'out' ? sourceHandle : undefined
  const to = targetHandle && targetHandle !== 'in' ? targetHandle : undefined
  return {
    id: `${source}${from === undefined ? '' : `.${from}`}>${target}${to === undefined ? '' : `.${to}`}`, source: NodeId.parse(source), target: NodeId.parse(target),
    ...(from !== undefined && { sourceHandle: from }), ...(to !== undefined && { targetHandle: to }),
  }
}

export function besideNode(node: GraphNode): Point {
  return { x: node.position.x + STEP.x, y: node.position.y }
}

function freePlace(graph: Graph, wish: Point): Point {
  const place = { x: Math.round(wish.x / 10) * 10, y: Math.round(wish.y / 10) * 10 }
  while (graph.nodes.some((node) => Math.abs(node.position.x - place.x) < 40 && Math.abs(node.position.y - place.y) < 40)) place.y += STEP.y
  return place
}

/** What a type has from the first. */
export function firstConfig(type: NodeType): Record<string, Json> {
  if (type !== 'map') return {}
  return {
    body: {
      nodes: [
        { id: 'item', type: 'input', name: 'Item', position: { x: 0, y: 0 }, config: {} },
        { id: 'result', type: 'output', name: 'Result', position: { x: STEP.x, y: 0 }, config: {} },
      ],
      edges: [{ id: 'item-result', source: 'item', target: 'result' }],
    },
  }
}
