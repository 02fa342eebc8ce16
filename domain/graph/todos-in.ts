import type { Graph } from './graph'
import { graphAt } from './nested-graph'
import { todosOf, type Todo } from './todo'

/** `inside`: the names of the nodes from the level's map down to the one in its body. */
export type NodeTodo = { nodeId: string; name: string; inside: readonly string[]; todo: Todo }

/** Those of a level, and those in the bodies of its maps under the map's name. */
export function todosIn(level: Graph): NodeTodo[] {
  return level.nodes.flatMap(({ id, name, type, config }) => [
    ...todosOf(config).map((todo): NodeTodo => ({ nodeId: id, name, inside: [], todo })),
    ...(type === 'map' ? todosIn(graphAt(level, [id])).map((one): NodeTodo => ({ nodeId: id, name, inside: [one.name, ...one.inside], todo: one.todo })) : []),
  ])
}
