import { z } from 'zod'

export const NodeId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'A node id has 1 to 64 of A-Z a-z 0-9 _ -')
  // As a key of a plain object it would set the prototype, and the step would be lost.
  .refine((id) => id !== '__proto__', 'A node cannot be called __proto__')
  .brand<'NodeId'>()
export type NodeId = z.infer<typeof NodeId>

/** Node types that run today. A type that cannot run is not offered and is refused at the door. */
export const NODE_TYPES = ['input', 'agent', 'http', 'mcp', 'browser', 'python', 'transform', 'condition', 'map', 'merge', 'approval', 'message', 'subworkflow', 'output', 'note', 'group'] as const
export const NodeType = z.enum(NODE_TYPES)
export type NodeType = z.infer<typeof NodeType>

/** Whether a node of the type only stands on the canvas: no run knows of it. */
export function isRemark(type: NodeType): boolean {
  return type === 'note' || type === 'group'
}

/** A draft node: `config` may be unfinished. `parseConfig` in node-types.ts tells what is missing. */
export const GraphNode = z.strictObject({
  id: NodeId,
  type: NodeType,
  name: z.string().min(1).max(120),
  position: z.strictObject({ x: z.number(), y: z.number() }),
  config: z.record(z.string(), z.json()).default({}),
})
export type GraphNode = z.infer<typeof GraphNode>

export const GraphEdge = z.strictObject({
  id: z.string().min(1).max(200),
  source: NodeId,
  sourceHandle: z.string().max(64).optional(),
  target: NodeId,
  targetHandle: z.string().max(64).optional(),
})
export type GraphEdge = z.infer<typeof GraphEdge>

/** Most nodes a graph may have, nested graphs not counted in. */
export const MAX_NODES = 2_000

export const Graph = z.strictObject({
  nodes: z.array(GraphNode).max(MAX_NODES),
  edges: z.array(GraphEdge).max(MAX_NODES * 5),
})
export type Graph = z.infer<typeof Graph>

export const emptyGraph: Graph = { nodes: [], edges: [] }

/** The handle an edge leaves from; a missing one is the node's plain output. */
export function sourceHandleOf(edge: Pick<GraphEdge, 'sourceHandle'>): string {
  return edge.sourceHandle ?? 'out'
}
