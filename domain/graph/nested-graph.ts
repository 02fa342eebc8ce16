import { emptyGraph, Graph } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'

/** The graph inside the maps that `path` names, outermost first. A body that is none yet is an empty graph. */
export function graphAt(root: Graph, path: readonly string[]): Graph {
  return path.reduce((graph, id) => bodyOf(graph, id), root)
}

/** An edit of an inner graph as an edit of the outermost: the map's config with its new body. */
export function editAt(root: Graph, path: readonly string[], edit: GraphEdit): GraphEdit {
  const [id, ...rest] = path
  if (id === undefined) return edit
  const inner = bodyOf(root, id)
  const body = applyEdit(inner, editAt(inner, rest, edit))
  const config = root.nodes.find((node) => node.id === id)?.config ?? {}
  // What changes nothing inside changes nothing outside: it is no step of undo.
  if (body === inner) return { do: 'set-config', nodeId: id, config }
  return { do: 'set-config', nodeId: id, config: { ...config, body } }
}

// A body is parsed once for each object it is: the same answer keeps its identity.
const parsed = new WeakMap<object, Graph>()

function bodyOf(graph: Graph, id: string): Graph {
  const raw = graph.nodes.find((node) => node.id === id)?.config.body
  if (raw === null || typeof raw !== 'object') return emptyGraph
  const known = parsed.get(raw)
  if (known) return known
  const body = Graph.safeParse(raw)
  const found = body.success ? body.data : emptyGraph
  parsed.set(raw, found)
  return found
}
