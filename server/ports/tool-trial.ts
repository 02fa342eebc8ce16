import type { Tool } from '@/domain/graph/agent-tools'
import type { Json } from '@/domain/json'

/** Carries one call of a tool out, as the engine does for an agent. @throws {AppError} what it came to instead */
export type CallTool = (tool: Tool, args: Json, signal: AbortSignal) => Promise<Json>
