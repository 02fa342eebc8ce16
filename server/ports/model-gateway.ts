import { AppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { Route, Usage } from '@/domain/run/run-event'
import type { ChatMessage, ToolCall } from '@/domain/run/tool-loop'
import type { TraceParent } from '@/domain/run/trace-parent'

export type ModelRequest = {
  model?: string
  messages: ChatMessage[]
  temperature?: number
  maxTokens?: number
  responseSchema?: Record<string, Json>
  tools?: { name: string; description: string; parameters: Record<string, Json> }[]
  /** Who asks: the router keeps a run together by it. */
  run: {
    runId: string
    /** A router is fair between workflows. */
    workflowId?: string
    nodeId: string
    /** Of a turn: the step of its agent, which all its turns are for. */
    agentKey?: string
    attempt: number
    trace?: TraceParent | undefined
    priority: number
    /** Model calls that the graph still has after this one. */
    callsToCome: number
    /** Whether one may follow that the graph does not tell: what the answer says decides. */
    mayGoOn?: boolean
  }
}

/** The beginning of a prompt that a run will ask soon. */
export type WarmUp = Pick<ModelRequest, 'model' | 'messages' | 'tools'> & { runId: string; nodeId: string }

export type ModelReply = { text: string; json?: Json; toolCalls?: ToolCall[]; finishReason: string; usage: Usage; route: Route }

/** A model call that failed. `retryable` by what the server said. */
export class ModelCallFailed extends AppError {
  readonly hint: string
  override readonly retryable: boolean
  /** Where the server said how long to stay away. */
  readonly retryAfterMs: number | undefined
  constructor(readonly code: string, message: string, options: { hint: string; retryable: boolean; retryAfterMs?: number | undefined }) {
    super(message)
    this.retryAfterMs = options.retryAfterMs
    this.hint = options.hint
    this.retryable = options.retryable
  }
}

export type ModelGateway = {
  /**
   * @param onText called with each piece of text as it arrives
   * @throws {ModelCallFailed}; an abort rejects with the signal's reason
   */
  chat(request: ModelRequest, options: { signal: AbortSignal; onText: (text: string) => void }): Promise<ModelReply>
  /** Has it computed into the KV cache where that delays nobody. Costs the run nothing; never rejects. @returns whether it was */
  warm(prefix: WarmUp, signal: AbortSignal): Promise<boolean>
}
