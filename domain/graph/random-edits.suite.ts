import fc from 'fast-check'
import type { Graph, GraphEdge, GraphNode } from './graph'
import type { GraphEdit } from './graph-edit'

/** What people do to a small graph, so that two of them often mean the same node. Ids are few on purpose. */
const ids = ['a', 'b', 'c', 'd'] as const
const id = fc.constantFrom(...ids)
const short = fc.constantFrom('x', 'y', 'z')
const config = fc.record({ prompt: short, system: short, model: short }, { requiredKeys: [] })
const node = fc.record({ id, type: fc.constantFrom('agent', 'transform'), name: short, position: fc.record({ x: fc.nat(9), y: fc.nat(9) }), config }) as unknown as fc.Arbitrary<GraphNode>

/** Drawn against the graph at hand: an edge joins what is there, as on the canvas. */
export type Wish = { kind: 'add'; node: GraphNode } | { kind: 'connect'; from: number; to: number } | { kind: 'remove'; at: number } | { kind: 'move'; at: number; x: number } | { kind: 'rename'; at: number; name: string } | { kind: 'config'; at: number; field: string; value: string } | { kind: 'put'; node: GraphNode }
export const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), node }),
  fc.record({ kind: fc.constant('connect' as const), from: fc.nat(5), to: fc.nat(5) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(5) }),
  fc.record({ kind: fc.constant('move' as const), at: fc.nat(5), x: fc.nat(9) }),
  fc.record({ kind: fc.constant('rename' as const), at: fc.nat(5), name: short }),
  fc.record({ kind: fc.constant('config' as const), at: fc.nat(5), field: fc.constantFrom('prompt', 'system', 'model'), value: short }),
  fc.record({ kind: fc.constant('put' as const), node }),
)

export function editOf(graph: Graph, wanted: Wish): GraphEdit {
  const nth = (at: number) => graph.nodes[at % Math.max(1, graph.nodes.length)]
  if (wanted.kind === 'add') return { do: 'add', nodes: [wanted.node], edges: [] }
  if (wanted.kind === 'put') return { do: 'put', nodes: [wanted.node] }
  const one = nth(wanted.kind === 'connect' ? wanted.from : wanted.at)
  if (!one) return { do: 'several', edits: [] }
  switch (wanted.kind) {
    case 'connect': {
      const other = nth(wanted.to)!
      return { do: 'add', nodes: [], edges: [{ id: `${one.id}>${other.id}`, source: one.id, target: other.id } as GraphEdge] }
    }
    case 'remove':
      return { do: 'remove', nodeIds: [one.id], edgeIds: [] }
    case 'move':
      return { do: 'move', positions: { [one.id]: { x: wanted.x, y: 0 } } }
    case 'rename':
      return { do: 'rename', nodeId: one.id, name: wanted.name }
    case 'config':
      return { do: 'set-config', nodeId: one.id, config: { ...one.config, [wanted.field]: wanted.value } }
  }
}
