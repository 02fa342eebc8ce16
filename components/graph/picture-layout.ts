import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'

/** A node in the picture, in its own units. */
export const BOX = { width: 100, height: 64 }
const GAP = { x: 44, y: 28 }
/** Nodes whose places differ by less stand in one column, or one row. */
const SAME = { x: 120, y: 60 }

export type PlacedNode = { node: GraphNode; at: Point }
export type PlacedEdge = { id: string; from: Point; to: Point }
export type Picture = { nodes: readonly PlacedNode[]; edges: readonly PlacedEdge[]; width: number; height: number }

/** A graph drawn small: who stands left and right of whom and above whom stays, the empty room between them goes. */
export function pictureOf(graph: Graph): Picture {
  const working = graph.nodes.filter(({ type }) => !isRemark(type))
  const column = ranks(working.map(({ position }) => position.x), SAME.x)
  const row = ranks(working.map(({ position }) => position.y), SAME.y)
  const taken = new Set<string>()
  const nodes = working.map((node): PlacedNode => {
    const place = { column: column(node.position.x), row: row(node.position.y) }
    // Two that lie on each other would be one in the picture.
    while (taken.has(`${place.column} ${place.row}`)) place.row += 1
    taken.add(`${place.column} ${place.row}`)
    return { node, at: { x: place.column * (BOX.width + GAP.x), y: place.row * (BOX.height + GAP.y) } }
  })
  const at = new Map(nodes.map(({ node, at: place }) => [node.id as string, place]))
  const edges = graph.edges.flatMap(({ id, source, target }): PlacedEdge[] => {
    const [from, to] = [at.get(source), at.get(target)]
    return from && to ? [{ id, from: { x: from.x + BOX.width, y: from.y + BOX.height / 2 }, to: { x: to.x, y: to.y + BOX.height / 2 } }] : []
  })
  return { nodes, edges, width: Math.max(BOX.width, ...nodes.map(({ at: { x } }) => x + BOX.width)), height: Math.max(BOX.height, ...nodes.map(({ at: { y } }) => y + BOX.height)) }
}

/** The how-manieth of the places that differ. */
function ranks(values: readonly number[], same: number): (value: number) => number {
  const firsts: number[] = []
  for (const value of values.toSorted((a, b) => a - b)) if (firsts.length === 0 || value - firsts.at(-1)! >= same) firsts.push(value)
  return (value) => firsts.findLastIndex((first) => first <= value)
}
