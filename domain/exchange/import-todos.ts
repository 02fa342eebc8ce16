import type { Graph, GraphNode } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import { Todos, todosOf, type Todo } from '@/domain/graph/todo'
import type { Remark } from './import-sketch'

/**
 * Keeps at its node what a person has to look at or to fill in, so that it is not gone with the report. What only means
 * something else here is in the report alone; what belongs to no node is kept where the workflow begins.
 */
export function withTodos(graph: Graph, remarks: readonly Remark[]): Graph {
  const wanted = new Map<string, Todo[]>()
  for (const { level, code, node, detail } of remarks) {
    if (level === 'changed') continue
    const id = (node === undefined ? undefined : idNamed(graph, node)) ?? entryOf(graph)
    if (id !== undefined) wanted.set(id, [...(wanted.get(id) ?? []), { code, ...(detail !== undefined && { detail }) }])
  }
  return wanted.size === 0 ? graph : marked(graph, wanted)
}

/** Of several of one name it is the first. One there may be several here: the first of them. */
function idNamed(graph: Graph, said: string): string | undefined {
  const name = said.trim().slice(0, 120)
  const all = nodesIn(graph)
  return (all.find((one) => one.name === name && one.type !== 'note') ?? all.find((one) => one.name.startsWith(`${name} · `)))?.id
}

function entryOf({ nodes }: Graph): string | undefined {
  return (nodes.find(({ type }) => type === 'input') ?? nodes.find(({ type }) => type !== 'note'))?.id
}

/** Ids are one of a kind in all levels of an import. */
function nodesIn(graph: Graph): GraphNode[] {
  return graph.nodes.flatMap((node) => (node.type === 'map' ? [node, ...nodesIn(graphAt(graph, [node.id]))] : [node]))
}

function marked(graph: Graph, wanted: ReadonlyMap<string, readonly Todo[]>): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const todos = wanted.get(node.id) ?? []
      const body = node.type === 'map' ? marked(graphAt(graph, [node.id]), wanted) : undefined
      if (todos.length === 0 && !body) return node
      const config = { ...node.config, ...(body && node.config.body !== undefined && { body: body as unknown as GraphNode['config'][string] }), ...(todos.length > 0 && { todos: Todos.parse([...todosOf(node.config), ...todos].slice(0, 50)) as GraphNode['config'][string] }) }
      return { ...node, config }
    }),
  }
}
