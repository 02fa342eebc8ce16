import type { Graph } from '@/domain/graph/graph'
import { graphOf } from './engine-world.suite'

/** So many layers of so many agents, each behind the one at its place in the layer before. */
export function layers(depth: number, width: number): Graph {
  const id = (layer: number, place: number) => `n${layer}_${place}`
  const nodes: Parameters<typeof graphOf>[0] = {}
  const edges: string[] = []
  for (let layer = 0; layer < depth; layer++) for (let place = 0; place < width; place++) {
    nodes[id(layer, place)] = ['agent', { prompt: `Work at ${layer}, ${place}` }]
    if (layer > 0) edges.push(`${id(layer - 1, place)} -> ${id(layer, place)}`)
  }
  return graphOf(nodes, ...edges)
}
