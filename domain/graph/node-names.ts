import { Graph, type GraphNode } from './graph'

/** What joins the names of a node and of what it holds. */
const INSIDE = ' › '

/**
 * The name of a node as figures name it, `outer.inner` for what a map or an agent holds: of its parts as far as the graph knows them,
 * as the parts stand behind that. Undefined where it does not know the first.
 */
export function nodeNameIn(graph: Graph, node: string): string | undefined {
  const names: string[] = []
  let nodes: readonly GraphNode[] = graph.nodes
  for (const part of node.split('.')) {
    const found = nodes.find(({ id }) => id === part)
    if (!found && names.length === 0) return undefined
    names.push(found && found.name !== '' ? found.name : part)
    nodes = (found?.type === 'map' ? Graph.safeParse(found.config.body).data?.nodes : undefined) ?? []
  }
  return names.join(INSIDE)
}

/** The names of those nodes that the graph knows. */
export function nodeNamesIn(graph: Graph, nodes: Iterable<string>): Record<string, string> {
  return Object.fromEntries([...nodes].flatMap((node) => {
    const name = nodeNameIn(graph, node)
    return name === undefined ? [] : [[node, name]]
  }))
}
