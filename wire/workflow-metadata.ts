import { z } from 'zod'

const Name = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 _ -')

const fields = {
  /** A run's id; absent: the request is routed as a plain one. */
  workflow_id: Name.optional(),
  agent_id: Name.optional(),
  parent_request_id: z.string().max(200).optional(),
  workflow_priority: z.number().min(0).max(10).default(1),
  context_sharing_strategy: z.enum(['auto', 'broadcast', 'selective', 'none']).default('auto'),
  metadata: z.record(z.string(), z.unknown()).default({}),
  /** The beginning of a prompt that the run will ask soon, to be computed now if the run's home has nothing else to do. Answered with what became of it, once it has. */
  warm_up: z.boolean().optional(),
  /** What the caller knows: of which workflow the run is, tokens of work after this call, tokens of this answer, whether the run ends with it. */
  plan: z.looseObject({ workflow: z.string().min(1).max(100).optional(), remaining_tokens: z.number().min(0).optional(), expected_output_tokens: z.number().min(0).optional(), last: z.boolean().optional() }).optional(),
}

/** `workflow_metadata` on a completion body. Unknown fields are kept in `metadata`. */
export const WorkflowMetadata = z.looseObject(fields).transform((given) => {
  const known: Record<string, unknown> = {}
  const metadata = { ...given.metadata }
  for (const [key, value] of Object.entries(given)) {
    if (Object.hasOwn(fields, key)) known[key] = value
    else metadata[key] = value
  }
  return { ...known, metadata } as z.infer<z.ZodObject<typeof fields>>
})
export type WorkflowMetadata = z.infer<typeof WorkflowMetadata>

/** The same by headers, for clients that cannot add body fields. The body wins. */
export function metadataFromHeaders(header: (name: string) => string | undefined): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  const take = (field: string, name: string): void => {
    const value = header(name)
    if (value !== undefined) given[field] = value
  }
  take('workflow_id', 'x-workflow-id')
  take('agent_id', 'x-agent-id')
  take('parent_request_id', 'x-parent-request-id')
  const priority = header('x-workflow-priority')
  if (priority !== undefined) given['workflow_priority'] = Number(priority)
  return given
}
