import { z } from 'zod'
import { Graph } from '@/domain/graph/graph'
import { Operation } from '@/domain/graph/workflow-change'

/** Edits in the order they were made, on the draft at `revision`. */
export const AppendOperationsBody = z.strictObject({ revision: z.int().min(1), operations: z.array(Operation).min(1).max(200) })
export const AppendOperationsAnswer = z.object({ revision: z.int() })
export type AppendOperationsAnswer = z.infer<typeof AppendOperationsAnswer>

export const OperationsQuery = z.strictObject({ /** The revision one has. */ after: z.coerce.number().int().min(0) })
/** What was done since; or the draft, with what is in it of the operations that are still known. */
export const OperationsBody = z.union([
  z.object({ revision: z.int(), operations: z.array(Operation) }),
  z.object({ revision: z.int(), draft: z.object({ name: z.string(), description: z.string(), graph: Graph }), had: z.array(z.string()) }),
])
export type OperationsBody = z.infer<typeof OperationsBody>
