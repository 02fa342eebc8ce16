import { emptyGraph, Graph } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'

/** The graph inside the maps that `path` names, outermost first. A body that is none yet is an empty graph. */
export function graphAt(root: Graph, path: readonly string[]): Graph {
  return path.reduce((graph, id) => bodyOf(graph, id), root)
}

/** The node that `outer.inner` names, and the maps around it; of `agent.tool` the agent. Undefined where there is none any more. */
export function nodeAtKey(root: Graph, key: string): { path: readonly string[]; nodeId: string } | undefined {
  const [id = '', ...rest] = key.split('.')
  const node = root.nodes.find((one) => one.id === id)
  if (!node) return undefined
  const inner = node.type === 'map' && rest.length > 0 ? nodeAtKey(bodyOf(root, id), rest.join('.')) : undefined
  return inner ? { ...inner, path: [id, ...inner.path] } : { path: [], nodeId: id }
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
