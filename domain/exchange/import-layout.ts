import { Graph, isRemark } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import { topologicalOrder } from '@/domain/graph/order'

const COLUMN = 320
const ROW = 170
/** Of its working nodes, how many may lie on another before a drawing is none: files written by programs put all in one place. */
const MOST_HIDDEN = 0.2

/** The graph as it was drawn; where most of it lies in one place, in columns by what comes after what. Bodies of maps too. */
export function laidOut(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) => (node.type === 'map' && Graph.safeParse(node.config.body).success ? { ...node, config: { ...node.config, body: laidOut(graphAt(graph, [node.id])) as unknown as (typeof node.config)[string] } } : node))
  const working = nodes.filter(({ type }) => !isRemark(type))
  const places = new Set(working.map(({ position: { x, y } }) => `${x} ${y}`))
  if (working.length - places.size <= working.length * MOST_HIDDEN) return { ...graph, nodes }
  const { order } = topologicalOrder(graph)
  const column = columnsOf(graph, order)
  const rows = new Map<number, number>()
  const notes = nodes.filter(({ type }) => isRemark(type)).map(({ id }) => id)
  const place = (id: string) => {
    const x = column.get(id) ?? 0
    const y = rows.get(x) ?? 0
    rows.set(x, y + 1)
    return { x: x * COLUMN, y: y * ROW }
  }
  const placed = new Map([...new Set<string>([...order, ...working.map(({ id }) => id)])].filter((id) => !notes.some((note) => note === id)).map((id) => [id, place(id)]))
  const below = Math.max(0, ...[...placed.values()].map(({ y }) => y)) + ROW
  return { ...graph, nodes: nodes.map((node) => ({ ...node, position: placed.get(node.id) ?? { x: notes.indexOf(node.id) * COLUMN, y: below } })) }
}

/** How many nodes stand before each on the longest way. */
function columnsOf(graph: Graph, order: readonly string[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const id of order) found.set(id, Math.max(0, ...graph.edges.filter(({ target }) => target === id).map(({ source }) => (found.get(source) ?? 0) + 1)))
  return found
}
