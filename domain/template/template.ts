import { Graph, type GraphEdge } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'

/** A workflow to begin with. `exampleInput` fills the run form. */
export type Template = { id: string; name: string; description: string; graph: Graph; exampleInput: Json }

type Edge = [source: string, target: string, sourceHandle?: string]
type NodeLine = [id: string, type: string, name: string, at: [column: number, row: number], config: Record<string, Json>]

/** Distance of two nodes that stand beside each other, in canvas pixels. */
const COLUMN = 300
const ROW = 180

/** A graph from short lines. Parsed, so that a mistake in a template fails its test and not a person's run. */
export function graphOf(nodes: readonly NodeLine[], edges: readonly Edge[]): Graph {
  return Graph.parse({
    nodes: nodes.map(([id, type, name, [column, row], config]) => ({ id, type, name, position: { x: column * COLUMN, y: row * ROW }, config })),
    edges: edges.map(([source, target, sourceHandle]): Omit<GraphEdge, 'source' | 'target'> & { source: string; target: string } => ({
      id: `${source}${sourceHandle === undefined ? '' : `-${sourceHandle}`}-${target}`, source, target, ...(sourceHandle !== undefined && { sourceHandle }),
    })),
  })
}

/** The input node's schema: an object of required text fields. */
export function textInput(...fields: string[]): Record<string, Json> {
  return { schema: { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])), required: fields } }
}
