import type { EpochMs } from '@/domain/json'
import type { TraceParent } from '@/domain/run/trace-parent'
import type { DispatchRoute } from './instance-client'

/** A call of somebody outside that has ended. `status` of the answer; `end` of its body. */
export type EndedCall = {
  operation: 'chat' | 'text_completion' | 'embeddings'
  model: string | undefined
  from: EpochMs
  /** When the first bytes came; undefined: none did. */
  firstAt: EpochMs | undefined
  to: EpochMs
  status: number
  end: 'completed' | 'cancelled' | 'failed'
  isStream: boolean
  usage: { promptTokens: number; completionTokens: number; cachedTokens?: number } | undefined
  /** Undefined: no instance was asked. */
  route: DispatchRoute | undefined
}

/** A call that asked many things at once, each of which is told of inside of it. */
export type EndedBatch = Pick<EndedCall, 'from' | 'to' | 'status' | 'end'> & { path: string; /** Asked of instances, tries anew among them. */ asked: number }

/** Tells of calls that programs outside make through the router. */
export type CallTracer = {
  /** @returns what the call carries on to the instance, and how to say that it has ended */
  begin(caller: TraceParent | undefined): { traceparent: string; end(call: EndedCall): void }
  /** @returns what the calls inside of it carry */
  beginBatch(caller: TraceParent | undefined): { traceparent: string; end(batch: EndedBatch): void }
}
