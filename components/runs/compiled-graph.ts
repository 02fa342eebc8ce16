import type { Graph } from '@/domain/graph/graph'
import { compileGraph, type RunGraph } from '@/domain/run/run-graph'

// A run's graph never changes: made once for each object it is.
const compiled = new WeakMap<Graph, RunGraph>()

/** The graph of a run as the engine sees it, maps' bodies included. */
export function compiledGraph(graph: Graph): RunGraph {
  const known = compiled.get(graph)
  if (known) return known
  const made = compileGraph(graph)
  compiled.set(graph, made)
  return made
}
