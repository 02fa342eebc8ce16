import { z } from 'zod'
import { Headers, JsonSchema, METHODS, Needed, Packages, Text } from './config-text'
import { said } from './field-fault'

/** Inner steps of a turn that are no tool's: the model's answer, and a call of what is not there. */
export const MODEL_STEP = 'model'
export const UNKNOWN_TOOL = 'unknown-tool'

/** How a tool is carried out. Its templates and code see the arguments of the call as `input`. */
export const ToolRun = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    method: z.enum(METHODS).default('GET'),
    /** Arguments in it are encoded, so that none can lead elsewhere. */
    url: Needed,
    headers: Headers.optional(),
    /** Left out: the arguments as JSON, with the methods that send something. */
    body: Text.optional(),
  }),
  z.strictObject({
    kind: z.literal('mcp'),
    url: Needed,
    headers: Headers.optional(),
    /** As the server calls it; left out: as the agent does. */
    tool: z.string().max(200).optional(),
  }),
  z.strictObject({ kind: z.literal('python'), code: Needed, packages: Packages.optional() }),
  z.strictObject({ kind: z.literal('subworkflow'), workflowId: Needed.max(100), version: z.int().min(1).optional() }),
])
export type ToolRun = z.infer<typeof ToolRun>
export const TOOL_KINDS = ['http', 'mcp', 'python', 'subworkflow'] as const satisfies readonly ToolRun['kind'][]

/** What an agent may ask for. Without `run` nobody carries it out here: the call is given on in `toolCalls`. */
export const Tool = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, said.BAD_TOOL),
  description: z.string().max(2_000).default(''),
  parameters: JsonSchema.default({ type: 'object', properties: {} }),
  run: ToolRun.optional(),
  /** Of one attempt of a call. */
  timeoutMs: z.int().min(100).max(86_400_000).optional(),
})
export type Tool = z.infer<typeof Tool>

export const Tools = z.array(Tool).max(64).superRefine((tools, context) => {
  tools.forEach(({ name, run }, index) => {
    if (!run) return
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: [index, 'name'], message })
    if (name === MODEL_STEP || name === UNKNOWN_TOOL) refuse(said.TOOL_TAKEN)
    else if (tools.findIndex((one) => one.name === name) < index) refuse(said.TOOL_TWICE)
  })
})

/** Bounds of the loop in which an agent calls its tools. */
export const loopBounds = {
  /** Times that the model is asked. */
  maxTurns: z.int().min(1).max(64).default(8),
  maxToolCalls: z.int().min(1).max(256).default(32),
  /** Calls of one turn that are carried out at once. */
  toolConcurrency: z.int().min(1).max(16).default(4),
}
