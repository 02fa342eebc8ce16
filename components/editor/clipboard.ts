import { z } from 'zod'
import { GraphEdge, GraphNode, type Graph, type NodeId } from '@/domain/graph/graph'
import type { GraphEdit } from '@/domain/graph/graph-edit'
import { freeNodeId, newEdge } from '@/domain/graph/new-node'

/** Text on the clipboard, so that it goes between tabs, and into an issue or a chat. */
const Clip = z.strictObject({ heddle: z.literal('nodes'), nodes: z.array(GraphNode).min(1), edges: z.array(GraphEdge) })

const SHIFT = 40

/** The selected nodes and the edges among them; undefined when none is selected. */
export function copyNodes(graph: Graph, ids: readonly string[]): string | undefined {
  const chosen = new Set(ids)
  const nodes = graph.nodes.filter((node) => chosen.has(node.id))
  if (nodes.length === 0) return undefined
  const edges = graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target))
  return JSON.stringify({ heddle: 'nodes', nodes, edges } satisfies z.input<typeof Clip>)
}

/** What pasting such a text adds: under new ids, and templates among the pasted nodes follow them. Any other text is nothing. */
export function pasteNodes(graph: Graph, text: string): Extract<GraphEdit, { do: 'add' }> | undefined {
  const clip = readClip(text)
  if (!clip) return undefined
  const taken = new Set<string>(graph.nodes.map((node) => node.id))
  const renamed = new Map<string, NodeId>()
  for (const node of clip.nodes) {
    const id = freeNodeId(taken, node.id)
    taken.add(id)
    renamed.set(node.id, id)
  }
  return {
    do: 'add',
    nodes: clip.nodes.map((node) => ({ ...node, id: renamed.get(node.id)!, position: { x: node.position.x + SHIFT, y: node.position.y + SHIFT }, config: withNewIds(node.config, renamed) })),
    edges: clip.edges.flatMap((edge) => {
      const source = renamed.get(edge.source)
      const target = renamed.get(edge.target)
      return source && target ? [newEdge(source, edge.sourceHandle, target, edge.targetHandle)] : []
    }),
  }
}

function readClip(text: string) {
  if (!text.includes('"heddle"')) return undefined
  try {
    return Clip.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function withNewIds(config: GraphNode['config'], renamed: ReadonlyMap<string, string>): GraphNode['config'] {
  const text = JSON.stringify(config).replaceAll(/\bsteps\.([A-Za-z0-9_-]+)/g, (whole, id: string) => (renamed.has(id) ? `steps.${renamed.get(id)}` : whole))
  return JSON.parse(text) as GraphNode['config']
}
