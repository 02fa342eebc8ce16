const STEP = { x: 300, y: 130 }

/** Nodes in a grid that is twice as wide as high on the screen. */
export function gridPlaces(count: number): { id: string; position: { x: number; y: number } }[] {
  const columns = columnsOf(count)
  return Array.from({ length: count }, (_, index) => ({ id: `n${index}`, position: { x: (index % columns) * STEP.x, y: Math.floor(index / columns) * STEP.y } }))
}

/** Each row is a chain, and every fourth node also leads to the next row. */
export function gridEdges(count: number): { id: string; source: string; target: string }[] {
  const columns = columnsOf(count)
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const edge = (to: number) => ({ id: `n${index}>n${to}`, source: `n${index}`, target: `n${to}` })
    return [...((index + 1) % columns !== 0 && index + 1 < count ? [edge(index + 1)] : []), ...(index % 4 === 0 && index + columns < count ? [edge(index + columns)] : [])]
  })
}

/** A workflow of the same shape, whose steps cost nothing. */
export function gridWorkflow(count: number): { nodes: object[]; edges: object[] } {
  return { nodes: gridPlaces(count).map(({ id, position }) => ({ id, position, type: 'transform', name: `Step ${id}`, config: { expression: '1' } })), edges: gridEdges(count) }
}

function columnsOf(count: number): number {
  return Math.ceil(Math.sqrt(count * 0.9))
}
