import type { Json } from '@/domain/json'
import type { TraceParent } from '@/domain/run/trace-parent'
import type { Caller } from '@/domain/run/sub-run'
import type { Route, SubRun, Usage } from '@/domain/run/run-event'
import type { ChatMessage, InTurn } from '@/domain/run/tool-loop'
import type { BrowserRunner } from '@/server/ports/browser-runner'
import type { FindCallee } from '@/server/ports/callees'
import type { HttpClient } from '@/server/ports/http-client'
import type { ModelGateway } from '@/server/ports/model-gateway'
import type { PythonRunner } from '@/server/ports/python-runner'
import type { TraceContext } from '@/server/ports/trace-context'
import type { Templates } from '@/server/ports/templates'

/** Where in the turns of an agent, and what the model is told there. */
export type Turn = InTurn & { messages: ChatMessage[] }

export type StepResult = { output: Json; handle?: string; usage?: Usage; route?: Route }

/**
 * A step made ready: its input is settled, nothing has happened yet.
 * `result`: known already, no work to do. `run`: the work. `message`: what it sends. `subRun`: the run of another workflow
 * that it waits for. None of them: it waits (a person, a message, the items of a map, the turns of an agent).
 */
export type Prepared = { input?: Json; result?: StepResult; message?: { payload: Json; ttlMs?: number }; subRun?: SubRun; run?: (signal: AbortSignal, onText: (text: string) => void) => Promise<StepResult> }

export type AttemptDeps = { templates: Templates; models: Pick<ModelGateway, 'chat'>; http: HttpClient; browser: BrowserRunner; python: PythonRunner; findCallee: FindCallee; /** Left out: nothing is warmed up. */ warm?: ModelGateway['warm']; /** Left out: calls carry no trace context. */ traceContext?: TraceContext }

/** Who runs, for the model router and for idempotency keys. `loop`: of an agent that calls its tools. `turn`: of a step in one of its turns. */
export type AttemptOf = {
  runId: string
  workflowId: string
  key: string
  attempt: number
  trace?: TraceParent | undefined
  priority: number
  callsToCome: number
  /** For a step that starts a run. */
  caller: () => Promise<Caller>
  loop?: { turnsBegun: number; /** What those were asked that this run took over. */ askedBefore?: Json | undefined; /** Versions of the memory now. */ seen: Record<string, number> } | undefined
  turn?: Turn | undefined
}
