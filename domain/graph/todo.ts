import { z } from 'zod'
import type { GraphNode } from './graph'

/** What is left for a person to do at a node, after it came from elsewhere. A code that nobody knows any more is shown as it is. */
export const Todo = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z_]{0,39}$/), detail: z.string().max(400).optional() })
export type Todo = z.infer<typeof Todo>
export const Todos = z.array(Todo).max(50)

const none: readonly Todo[] = []

export function todosOf(config: GraphNode['config']): readonly Todo[] {
  return config.todos === undefined ? none : (Todos.safeParse(config.todos).data ?? none)
}

/** The config with one of them done. */
export function withoutTodo(config: GraphNode['config'], index: number): GraphNode['config'] {
  const left = todosOf(config).filter((_, at) => at !== index)
  const { todos: _, ...rest } = config
  return left.length === 0 ? rest : { ...rest, todos: left.map((todo) => ({ ...todo })) as GraphNode['config'][string] }
}
