import { z } from 'zod'
import { Tool } from '@/domain/graph/agent-tools'

/** A tool as an agent has it, and what to call it with. */
export const ToolTrialBody = z.strictObject({ tool: Tool, arguments: z.json().default({}) })
/** `error`: what it came to instead. */
export const ToolTrialAnswer = z.object({ durationMs: z.number(), output: z.json().optional(), error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional() })
export type ToolTrialAnswer = z.infer<typeof ToolTrialAnswer>
