import { AppError, unreachable } from '@/domain/error'
import { commonOf } from '@/domain/graph/node-types'
import type { EpochMs, Json } from '@/domain/json'
import { backoffMs } from './backoff'
import { nextVersion, type MemoryWrite } from './memory'
import { addressOf, isQueued, isReceive, messageOutput, nextMessage } from './messages'
import type { Failure, Route, RunFact, SkipReason, SubRun, Usage } from './run-event'
import { locate, type RunGraph } from './run-graph'
import { isFinished, isSettled, stepOf, type RunState } from './run-state'

/** A wish that may be refused. Commands of people and of the engine go through the same door. */
export type RunCommand =
  | { do: 'begin' }
  | { do: 'start-step'; key: string; attempt: number; input?: Json; reads?: Record<string, number>; subRun?: SubRun }
  | { do: 'stream'; key: string; attempt: number; text: string }
  | { do: 'complete-step'; key: string; attempt: number; output: Json; handle?: string; usage?: Usage; route?: Route; pinned?: boolean }
  /** Goes into one append with the command that completes the step, or fails it instead. */
  | { do: 'remember'; key: string; attempt: number; write: MemoryWrite }
  | { do: 'fail-step'; key: string; attempt: number; error: Failure; now: EpochMs; random: number }
  | { do: 'send-message'; key: string; attempt: number; payload: Json; expiresAt?: EpochMs; now: EpochMs; random: number }
  | { do: 'deliver'; key: string; attempt: number; messageId: string; now: EpochMs }
  | { do: 'drop-message'; messageId: string }
  /** Its time is over, pauses between attempts included: no further attempt, and what goes on within it ends. */
  | { do: 'time-out-step'; key: string; attempt: number; error: Failure }
  | { do: 'skip-step'; key: string; reason: SkipReason }
  | { do: 'wait'; keys: string[] }
  | { do: 'answer'; key: string; decision: 'approve' | 'reject'; comment: string; by: string }
  | { do: 'complete'; output: Json }
  | { do: 'fail'; error: Failure; key?: string }
  | { do: 'cancel'; by: string }
  | { do: 'note-snapshot'; snapshot: KeptSnapshot }
  /** A new owner took the run over: attempts that nobody works on any more are given up and tried again at once. */
  | { do: 'recover'; now: EpochMs }

/** A moment that is kept: the run as it was at `atSeq`. */
export type KeptSnapshot = { snapshotId: string; name?: string; atSeq: number }

export class RunFinished extends AppError {
  readonly code = 'RUN_FINISHED'
  readonly hint = 'A finished run does not change any more. Fork it to go on from one of its steps.'
  constructor(status: string) {
    super(`The run is already ${status}`)
  }
}

export class NotWaiting extends AppError {
  readonly code = 'NOT_WAITING'
  readonly hint = 'The step is not waiting for an answer: it has been answered, has timed out, or has not been reached yet.'
  constructor(key: string) {
    super(`Step ${key} is not waiting for a person`)
  }
}

/** The attempt is no longer the one at work: what it brings comes too late. */
export class StaleAttempt extends AppError {
  readonly code = 'STALE_ATTEMPT'
  readonly hint = 'The step went on without this attempt.'
  constructor(key: string, attempt: number) {
    super(`Attempt ${attempt} of ${key} is not at work any more`)
  }
}

/**
 * The facts a command makes true, or a refusal. Pure.
 * @throws {RunFinished} {NotWaiting} {StaleAttempt} {AppError} a write to the memory that is stale or has no room
 */
export function decideRun(run: RunState, command: RunCommand, graph: RunGraph): RunFact[] {
  if (isFinished(run)) throw new RunFinished(run.status)
  const facts = decide(run, command, graph)
  // A run that waits only for people goes on as soon as one of its steps moves.
  const moves = run.status === 'waiting' && facts.some((fact) => fact.type.startsWith('step.'))
  return moves ? [{ type: 'run.resumed', reason: command.do === 'recover' ? 'recovered' : 'answered' }, ...facts] : facts
}

function decide(run: RunState, command: RunCommand, graph: RunGraph): RunFact[] {
  switch (command.do) {
    case 'begin':
      return run.status === 'queued' ? [{ type: 'run.started' }] : []
    case 'start-step':
      return startStep(run, command)
    case 'stream':
      atWork(run, command.key, command.attempt)
      return [{ type: 'step.output', nodeId: command.key, attempt: command.attempt, text: command.text }]
    case 'complete-step': {
      atWork(run, command.key, command.attempt)
      const { do: _, key, ...rest } = command
      return [{ type: 'step.completed', nodeId: key, ...rest }]
    }
    case 'remember': {
      atWork(run, command.key, command.attempt)
      const { key, value } = command.write
      return [{ type: 'memory.written', nodeId: command.key, attempt: command.attempt, key, version: nextVersion(run, command.write), value }]
    }
    case 'send-message':
      return sendMessage(run, command, graph)
    case 'deliver':
      return deliver(run, command, graph)
    case 'drop-message':
      return run.messages.filter((message) => message.id === command.messageId && isQueued(message)).map(({ id, from }) => ({ type: 'message.expired', nodeId: from, messageId: id }))
    case 'fail-step':
      atWork(run, command.key, command.attempt)
      return failStep(run, command, graph)
    case 'time-out-step':
      return timeOutStep(run, command, graph)
    case 'skip-step':
      return isSettled(stepOf(run, command.key).state) ? [] : [{ type: 'step.skipped', nodeId: command.key, reason: command.reason }]
    case 'wait':
      return run.status === 'waiting' && command.keys.every((key) => run.waitingFor.includes(key)) ? [] : [{ type: 'run.waiting', nodeIds: command.keys }]
    case 'answer':
      return answer(run, command, graph)
    case 'complete':
      return [{ type: 'run.completed', output: command.output }]
    case 'fail':
      return [{ type: 'run.failed', error: command.error, ...(command.key !== undefined && { nodeId: command.key }) }]
    case 'cancel':
      return [...running(run).map(({ key }): RunFact => ({ type: 'step.cancelled', nodeId: key })), { type: 'run.cancelled', by: command.by }]
    case 'note-snapshot':
      return [{ type: 'snapshot.saved', ...command.snapshot }]
    case 'recover':
      return recover(run, command.now, graph)
    default:
      return unreachable(command)
  }
}

function startStep(run: RunState, command: Extract<RunCommand, { do: 'start-step' }>): RunFact[] {
  const step = stepOf(run, command.key)
  const next = step.state.kind === 'pending' ? 1 : step.state.kind === 'running' && step.wakeAt !== undefined ? step.state.attempt + 1 : undefined
  if (next !== command.attempt) throw new StaleAttempt(command.key, command.attempt)
  const started: RunFact = { type: 'step.started', nodeId: command.key, attempt: command.attempt, ...(command.input !== undefined && { input: command.input }), ...(command.reads && { reads: command.reads }), ...(command.subRun && { subRun: command.subRun }) }
  return command.attempt === 1 ? [{ type: 'step.scheduled', nodeId: command.key }, started] : [started]
}

/** Sent in the append that completes the step, or refused in one that fails it: never half of it. */
function sendMessage(run: RunState, { key, attempt, payload, expiresAt, now, random }: Extract<RunCommand, { do: 'send-message' }>, graph: RunGraph): RunFact[] {
  atWork(run, key, attempt)
  const node = locate(graph, key)?.node
  if (node?.type !== 'message') throw new StaleAttempt(key, attempt)
  const address = addressOf(run, graph, key, node)
  if (address.refused) return failStep(run, { do: 'fail-step', key, attempt, error: address.refused, now, random }, graph)
  const { to } = address
  return [
    { type: 'message.sent', nodeId: key, messageId: key, to, payload, ...(expiresAt !== undefined && { expiresAt }) },
    { type: 'step.completed', nodeId: key, attempt, output: messageOutput({ id: key, from: key, to, payload }) },
  ]
}

/** Two appends that would receive one message: the second is refused here, and plans anew. */
function deliver(run: RunState, { key, attempt, messageId, now }: Extract<RunCommand, { do: 'deliver' }>, graph: RunGraph): RunFact[] {
  atWork(run, key, attempt)
  const node = locate(graph, key)?.node
  const message = isReceive(node) ? nextMessage(run, key, node, now) : undefined
  if (message?.id !== messageId) throw new StaleAttempt(key, attempt)
  return [
    { type: 'message.received', nodeId: key, messageId, from: message.from },
    { type: 'step.completed', nodeId: key, attempt, output: messageOutput(message) },
  ]
}

function failStep(run: RunState, command: Extract<RunCommand, { do: 'fail-step' }>, graph: RunGraph): RunFact[] {
  const { key, attempt, error } = command
  const at = locate(graph, key)
  if (!at) return [{ type: 'step.failed', nodeId: key, attempt, error }]
  const { retry, onError, stepTimeoutMs } = commonOf(at.node)
  // An attempt that the server's end interrupted was nobody's fault and does not use up a try.
  const failures = stepOf(run, key).attempts.filter((one) => one.error && !one.interrupted).length + 1
  if (!error.retryable || failures >= retry.maxAttempts) return [ended(key, attempt, error, onError)]
  // Not before the far side wants it; the pause on top of that keeps those apart who were told the same.
  const next = command.now + (error.retryAfterMs ?? 0) + backoffMs(retry, failures, command.random)
  const { startedAt } = stepOf(run, key)
  if (error.retryAfterMs === undefined || stepTimeoutMs === undefined || startedAt === undefined || next < startedAt + stepTimeoutMs) return [{ type: 'step.retrying', nodeId: key, attempt, error, at: next }]
  return [ended(key, attempt, { ...error, retryable: false, message: `${error.message} It may be asked again only after the time of this step is over.` }, onError)]
}

/** A step that failed for good, as its `onError` has it. */
function ended(key: string, attempt: number, error: Failure, onError: 'fail' | 'skip' | 'branch'): RunFact {
  if (onError === 'skip') return { type: 'step.skipped', nodeId: key, reason: { kind: 'error-skipped', message: error.message } }
  return { type: 'step.failed', nodeId: key, attempt, error }
}

function timeOutStep(run: RunState, { key, attempt, error }: Extract<RunCommand, { do: 'time-out-step' }>, graph: RunGraph): RunFact[] {
  const { state } = stepOf(run, key)
  if (state.kind !== 'running' || state.attempt !== attempt) throw new StaleAttempt(key, attempt)
  const inner = running(run).filter((one) => one.key.startsWith(`${key}[`))
  const at = locate(graph, key)
  return [...inner.map((one): RunFact => ({ type: 'step.cancelled', nodeId: one.key })), ended(key, attempt, error, at ? commonOf(at.node).onError : 'fail')]
}

function answer(run: RunState, command: Extract<RunCommand, { do: 'answer' }>, graph: RunGraph): RunFact[] {
  const { state } = stepOf(run, command.key)
  if (locate(graph, command.key)?.node.type !== 'approval' || state.kind !== 'running') throw new NotWaiting(command.key)
  const approved = command.decision === 'approve'
  const completed: RunFact = {
    type: 'step.completed', nodeId: command.key, attempt: state.attempt, handle: approved ? 'approved' : 'rejected',
    output: { decision: command.decision, comment: command.comment, by: command.by },
  }
  return [completed]
}

function recover(run: RunState, now: EpochMs, graph: RunGraph): RunFact[] {
  const lost = running(run).filter(({ key, step }) => {
    const { node, level } = locate(graph, key) ?? {}
    // People, messages, items, turns and runs of other workflows have logs to wait in; nothing of them died with the process.
    return !(node && level?.loops.has(node.id)) && step.wakeAt === undefined && node?.type !== 'approval' && node?.type !== 'map' && node?.type !== 'subworkflow' && !isReceive(node)
  })
  return lost.map(({ key, attempt }): RunFact => ({
    type: 'step.retrying', nodeId: key, attempt, at: now, interrupted: true,
    error: { code: 'INTERRUPTED', message: 'The server stopped during this attempt', retryable: true },
  }))
}

function running(run: RunState) {
  return Object.entries(run.steps).flatMap(([key, step]) => (step.state.kind === 'running' ? [{ key, step, attempt: step.state.attempt }] : []))
}

function atWork(run: RunState, key: string, attempt: number): void {
  const step = stepOf(run, key)
  if (step.state.kind !== 'running' || step.state.attempt !== attempt || step.wakeAt !== undefined) throw new StaleAttempt(key, attempt)
}
