import type { Graph } from './graph'
import { graphAt } from './nested-graph'
import { todosOf, type Todo } from './todo'

/** `path`: the maps from the level down to the node, `names`: those of these maps and of the node. */
export type NodeTodo = { path: readonly string[]; nodeId: string; names: readonly string[]; todo: Todo }

/** Those of a level, and those in the bodies of its maps. */
export function todosIn(level: Graph): NodeTodo[] {
  return level.nodes.flatMap(({ id, name, type, config }) => [
    ...todosOf(config).map((todo): NodeTodo => ({ path: [], nodeId: id, names: [name], todo })),
    ...(type === 'map' ? todosIn(graphAt(level, [id])).map((one): NodeTodo => ({ ...one, path: [id, ...one.path], names: [name, ...one.names] })) : []),
  ])
}
