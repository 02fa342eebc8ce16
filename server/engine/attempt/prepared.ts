import type { Json } from '@/domain/json'
import type { TraceParent } from '@/domain/run/trace-parent'
import type { Caller } from '@/domain/run/sub-run'
import type { Route, SubRun, Usage } from '@/domain/run/run-event'
import type { FindCallee } from '@/server/ports/callees'
import type { HttpClient } from '@/server/ports/http-client'
import type { ModelGateway } from '@/server/ports/model-gateway'
import type { PythonRunner } from '@/server/ports/python-runner'
import type { TraceContext } from '@/server/ports/trace-context'
import type { Templates } from '@/server/ports/templates'

export type StepResult = { output: Json; handle?: string; usage?: Usage; route?: Route }

/**
 * A step made ready: its input is settled, nothing has happened yet.
 * `result`: known already, no work to do. `run`: the work. `message`: what it sends. `subRun`: the run of another workflow
 * that it waits for. None of them: it waits (a person, a message, the items of a map).
 */
export type Prepared = { input?: Json; result?: StepResult; message?: { payload: Json; ttlMs?: number }; subRun?: SubRun; run?: (signal: AbortSignal, onText: (text: string) => void) => Promise<StepResult> }

export type AttemptDeps = { templates: Templates; models: Pick<ModelGateway, 'chat'>; http: HttpClient; python: PythonRunner; findCallee: FindCallee; /** Left out: nothing is warmed up. */ warm?: ModelGateway['warm']; /** Left out: calls carry no trace context. */ traceContext?: TraceContext }

/** Who runs, for the model router and for idempotency keys. */
export type AttemptOf = { runId: string; workflowId: string; key: string; attempt: number; trace?: TraceParent | undefined; priority: number; callsToCome: number; /** For a step that starts a run. */ caller: () => Promise<Caller> }
