import { unreachable } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { Graph, GraphEdge, GraphNode } from './graph'

export type Point = { x: number; y: number }

/** One thing a person does to a graph. What names a node that is not there changes nothing. */
export type GraphEdit =
  | { do: 'add'; nodes: readonly GraphNode[]; edges: readonly GraphEdge[] }
  /** A removed node takes its edges with it. */
  | { do: 'remove'; nodeIds: readonly string[]; edgeIds: readonly string[] }
  | { do: 'move'; positions: Readonly<Record<string, Point>> }
  | { do: 'rename'; nodeId: string; name: string }
  | { do: 'set-config'; nodeId: string; config: Record<string, Json> }
  /** Whole nodes, each in the place of the one that has its id. */
  | { do: 'put'; nodes: readonly GraphNode[] }
  | { do: 'replace'; graph: Graph }
  /** One after the other, as one. */
  | { do: 'several'; edits: readonly GraphEdit[] }

/** Pure; nodes and edges that an edit does not change keep their identity, and so does a graph of which none changes. */
export function applyEdit(graph: Graph, edit: GraphEdit): Graph {
  switch (edit.do) {
    case 'add': {
      const ids = new Set(graph.nodes.map((node) => node.id as string))
      const edgeIds = new Set(graph.edges.map((edge) => edge.id))
      return unlessSame(graph, {
        nodes: [...graph.nodes, ...edit.nodes.filter((node) => !ids.has(node.id))],
        edges: [...graph.edges, ...edit.edges.filter((edge) => !edgeIds.has(edge.id))],
      })
    }
    case 'remove': {
      const nodes = new Set(edit.nodeIds)
      const edges = new Set(edit.edgeIds)
      return unlessSame(graph, {
        nodes: graph.nodes.filter((node) => !nodes.has(node.id)),
        edges: graph.edges.filter((edge) => !edges.has(edge.id) && !nodes.has(edge.source) && !nodes.has(edge.target)),
      })
    }
    case 'move':
      return withNodes(graph, (node) => (Object.hasOwn(edit.positions, node.id) ? movedTo(node, edit.positions[node.id]!) : node))
    case 'rename':
      return withNodes(graph, (node) => (node.id === edit.nodeId && node.name !== edit.name ? { ...node, name: edit.name } : node))
    case 'set-config':
      return withNodes(graph, (node) => (node.id === edit.nodeId && node.config !== edit.config ? { ...node, config: edit.config } : node))
    case 'put': {
      const put = new Map(edit.nodes.map((node) => [node.id as string, node]))
      return withNodes(graph, (node) => put.get(node.id) ?? node)
    }
    case 'replace':
      return edit.graph
    case 'several':
      return edit.edits.reduce(applyEdit, graph)
    default:
      return unreachable(edit)
  }
}

function withNodes(graph: Graph, change: (node: GraphNode) => GraphNode): Graph {
  return unlessSame(graph, { ...graph, nodes: graph.nodes.map(change) })
}

function movedTo(node: GraphNode, position: Point): GraphNode {
  return node.position.x === position.x && node.position.y === position.y ? node : { ...node, position }
}

function unlessSame(before: Graph, after: Graph): Graph {
  return sameItems(before.nodes, after.nodes) && sameItems(before.edges, after.edges) ? before : after
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
