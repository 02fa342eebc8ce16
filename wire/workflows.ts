import { z } from 'zod'
import { Graph } from '@/domain/graph/graph'
import { Pause } from '@/domain/run/pause'
import { pageOf, pageQuery, Timestamp, timestamp } from './page'

const Name = z.string().trim().min(1).max(120)
const Description = z.string().max(2_000)

export const WorkflowQuery = z.strictObject({ ...pageQuery, search: z.string().max(200).optional() })

export const CreateWorkflowBody = z.strictObject({ name: Name, graph: Graph, description: Description.optional() })
export type CreateWorkflowBody = z.infer<typeof CreateWorkflowBody>

/** `revision` is the one the change was made on; a stale one is refused with 409. */
export const UpdateWorkflowBody = z.strictObject({ name: Name.optional(), description: Description.optional(), graph: Graph.optional(), revision: z.int().min(1) })
export type UpdateWorkflowBody = z.infer<typeof UpdateWorkflowBody>

const summary = {
  id: z.string(), name: z.string(), description: z.string(), revision: z.int(),
  /** The newest published version; null: never published. */
  latestVersion: z.int().nullable(),
  /** What stands still: runs that have not begun (`new`), or `all`; null: nothing. */
  paused: Pause.nullable(),
  createdAt: Timestamp, updatedAt: Timestamp,
}
export const WorkflowSummaryBody = z.object({ ...summary, nodeCount: z.int() })
export type WorkflowSummaryBody = z.infer<typeof WorkflowSummaryBody>
export const WorkflowBody = z.object({ ...summary, graph: Graph })
export type WorkflowBody = z.infer<typeof WorkflowBody>

type Times = { createdAt: number; updatedAt: number }

/** Times of a workflow or of its row, as ISO 8601. */
export function withTimes<T extends Times>(workflow: T): Omit<T, keyof Times> & Record<keyof Times, string> {
  return { ...workflow, createdAt: timestamp(workflow.createdAt), updatedAt: timestamp(workflow.updatedAt) }
}
export const WorkflowPage = pageOf(WorkflowSummaryBody)

/** `running`: runs that have begun start no further step either. */
export const PauseBody = z.strictObject({ running: z.boolean().default(false) })
export const PauseAnswer = z.object({ id: z.string(), paused: Pause.nullable() })
export type PauseAnswer = z.infer<typeof PauseAnswer>

export const PublishBody = z.strictObject({ /** What changed, in a few words. */ note: z.string().trim().max(2_000).default('') })

export const WorkflowVersionBody = z.object({ version: z.int(), createdAt: Timestamp, /** `local`: whoever sat at the machine itself. Empty: unknown. */ author: z.string(), note: z.string() })
export type WorkflowVersionBody = z.infer<typeof WorkflowVersionBody>
export const WorkflowVersionPage = pageOf(WorkflowVersionBody)
/** A version with the graph as it was frozen. */
export const FrozenVersionBody = WorkflowVersionBody.extend({ graph: Graph })
export type FrozenVersionBody = z.infer<typeof FrozenVersionBody>
/** As it stands in the address. */
export const VersionNumber = z.coerce.number().int().min(1)

export function workflowVersionBody({ version, createdAt, author, note }: { version: number; createdAt: number; author: string; note: string }): WorkflowVersionBody {
  return { version, createdAt: timestamp(createdAt), author, note }
}

/** Any JSON is taken: what is wrong with it comes back as issues. */
export const ValidateBody = z.strictObject({ graph: z.unknown(), /** The workflow that it is to be the graph of: tells whether it would run itself. */ workflowId: z.string().max(100).optional() })
export const GraphIssueBody = z.object({ nodeId: z.string().optional(), edgeId: z.string().optional(), path: z.string().optional(), code: z.string(), message: z.string(), /** What the message is made of, for other languages. */ params: z.record(z.string(), z.string()).optional(), /** What is wrong in the body of the map `nodeId`, as that level tells it. */ get inner() { return GraphIssueBody.optional() } })
export type GraphIssueBody = z.infer<typeof GraphIssueBody>
export const ValidateAnswer = z.object({ valid: z.boolean(), issues: z.array(GraphIssueBody) })

/** A chain: agents in a row, each reading what the one before it said. */
export const ChainBody = z.strictObject({
  name: Name,
  description: Description.optional(),
  agents: z.array(z.strictObject({ name: Name, system: z.string().max(1_000_000).optional(), prompt: z.string().max(1_000_000).optional(), model: z.string().max(200).optional() })).min(1).max(100),
})
export type ChainBody = z.infer<typeof ChainBody>

/** A workflow to begin with. `exampleInput` fills the run form. */
export const TemplateBody = z.object({ id: z.string(), name: z.string(), description: z.string(), graph: Graph, exampleInput: z.json() })
export type TemplateBody = z.infer<typeof TemplateBody>
export const TemplatePage = pageOf(TemplateBody)
