import type { EpochMs, Json } from '@/domain/json'
import type { RunOrigin } from './run-origin'
import type { Failure, Route, SkipReason, SubRun, Usage } from './run-event'
import type { TraceParent } from './trace-parent'

export type RunStatus = 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled'
export const FINISHED: readonly RunStatus[] = ['completed', 'failed', 'cancelled']
export type StepStatus = StepState['kind']

export type StepState =
  | { kind: 'pending' }
  | { kind: 'running'; attempt: number; since: EpochMs }
  | { kind: 'completed'; output: Json; handle: string }
  | { kind: 'failed'; attempt: number; error: Failure }
  | { kind: 'skipped'; reason: SkipReason }
  | { kind: 'cancelled' }

/** One try of a step. `text` is what it has streamed so far, `textAt` when it began to. */
export type Attempt = { attempt: number; startedAt: EpochMs; finishedAt?: EpochMs; text: string; textAt?: EpochMs; error?: Failure; interrupted?: boolean }

export type Step = {
  state: StepState
  attempts: Attempt[]
  scheduledAt?: EpochMs
  startedAt?: EpochMs
  finishedAt?: EpochMs
  input?: Json
  /** Set while the step waits for its next attempt. */
  wakeAt?: EpochMs
  usage?: Usage
  route?: Route
  /** The run that its last attempt started. */
  subRun?: SubRun
  /** The run whose result this is, when a fork took it over. */
  reusedFrom?: string
  pinned?: boolean
}

/** What one step says to another. `id` and `from`: the step that sent it, which sends once; `to`: the step it is for. */
export type Message = { id: string; from: string; to: string; payload: Json; sentAt: EpochMs; expiresAt?: EpochMs; state: MessageState }

export type MessageState = { kind: 'queued' } | { kind: 'received'; at: EpochMs } | { kind: 'expired'; at: EpochMs }

/** A value that the steps of a run share. `version` counts its writes from 1; `by`: the step that wrote it. */
export type MemoryCell = { value: Json; version: number; by: string; at: EpochMs }

/** `version` of a read: the one that was there, 0 where there was none; of a write: the one that it made. */
export type MemoryAccess = { kind: 'read'; key: string; version: number; by: string; at: EpochMs } | { kind: 'written'; key: string; version: number; by: string; at: EpochMs; value: Json }

/** Everything anyone sees of a run, folded from its log. */
export type RunState = {
  seq: number
  status: RunStatus
  workflowId: string
  workflowName: string
  version: number | 'draft'
  graphHash: string
  input: Json
  priority: number
  output?: Json
  error?: Failure
  failedNode?: string
  parentRunId?: string
  forkedFrom?: string
  origin?: RunOrigin
  /** The span of its caller, which its own trace goes on in. */
  trace?: TraceParent
  createdAt?: EpochMs
  startedAt?: EpochMs
  finishedAt?: EpochMs
  /** Steps that wait for a person. */
  waitingFor: readonly string[]
  steps: Readonly<Record<string, Step>>
  /** In the order in which they were sent. */
  messages: readonly Message[]
  /** What is there now, and all that was read and written, in that order. */
  memory: { cells: Readonly<Record<string, MemoryCell>>; history: readonly MemoryAccess[] }
}

export const emptyRun: RunState = {
  seq: 0, status: 'queued', workflowId: '', workflowName: '', version: 'draft', graphHash: '', input: null, priority: 5, waitingFor: [], steps: {}, messages: [], memory: { cells: {}, history: [] },
}

export const noStep: Step = { state: { kind: 'pending' }, attempts: [] }

export function stepOf(run: RunState, key: string): Step {
  // A node may be called like what every object has: `constructor`.
  return Object.hasOwn(run.steps, key) ? run.steps[key]! : noStep
}

export function isFinished(run: RunState): boolean {
  return FINISHED.includes(run.status)
}

/** Whether nothing more will happen to the step. */
export function isSettled(state: StepState): boolean {
  return state.kind !== 'pending' && state.kind !== 'running'
}
