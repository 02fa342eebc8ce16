import { unreachable } from '@/domain/error'
import { isQueued } from './messages'
import type { RunEvent } from './run-event'
import { isFinished, isSettled, noStep, type Attempt, type MemoryAccess, type Message, type MessageState, type RunState, type Step } from './run-state'

/**
 * The one fold. Live view, engine, recovery and replay all see a run through it.
 * Total: never throws, reads no clock, and an event that makes no sense here changes nothing but `seq`.
 */
export function reduceRun(run: RunState, event: RunEvent): RunState {
  return foldRun(run, [event])
}

/** Folds many events with one copy of the step table: loading a log stays linear in its length. */
export function foldRun(run: RunState, events: readonly RunEvent[]): RunState {
  if (events.length === 0) return run
  const next: Draft = { ...run, steps: { ...run.steps } }
  for (const event of events) apply(next, event)
  return next
}

/**
 * Folds onto a state that nobody else holds, without a copy of its step table: what an event costs does not grow with the
 * run. What was there before of the steps it touches stays whole.
 * @returns takes it back
 */
export function foldOnto(run: RunState, events: readonly RunEvent[]): () => void {
  const draft = run as Draft
  const fields: Partial<Draft> = { ...draft }
  const steps = new Map<string, Step | undefined>()
  for (const event of events) {
    if ('nodeId' in event && event.nodeId !== undefined && !steps.has(event.nodeId)) steps.set(event.nodeId, Object.hasOwn(draft.steps, event.nodeId) ? draft.steps[event.nodeId] : undefined)
    apply(draft, event)
  }
  return () => {
    for (const key of Object.keys(draft) as (keyof Draft)[]) if (!(key in fields)) delete draft[key]
    Object.assign(draft, fields)
    for (const [key, step] of steps) {
      if (step) draft.steps[key] = step
      else delete draft.steps[key]
    }
  }
}

type Draft = Omit<RunState, 'steps'> & { steps: Record<string, Step> }

function apply(run: Draft, event: RunEvent): void {
  // An event twice (a reconnect replays the overlap) or one out of the past changes nothing.
  if (event.seq <= run.seq) return
  run.seq = event.seq
  // What has ended stays ended.
  if (isFinished(run)) return
  const at = event.recordedAt
  switch (event.type) {
    case 'run.queued':
      Object.assign(run, {
        status: 'queued', workflowId: event.workflowId, workflowName: event.workflowName, version: event.version, graphHash: event.graphHash,
        input: event.input, priority: event.priority, createdAt: at,
        ...(event.parentRunId !== undefined && { parentRunId: event.parentRunId }), ...(event.forkedFrom !== undefined && { forkedFrom: event.forkedFrom }), ...(event.origin && { origin: event.origin }), ...(event.trace && { trace: event.trace }),
      } satisfies Partial<RunState>)
      return
    case 'run.started':
      run.status = 'running'
      run.startedAt = at
      return
    case 'run.waiting':
      run.status = 'waiting'
      run.waitingFor = event.nodeIds
      return
    case 'run.resumed':
      run.status = 'running'
      run.waitingFor = []
      return
    case 'run.completed':
      Object.assign(run, { status: 'completed', output: event.output, finishedAt: at, waitingFor: [] })
      return
    case 'run.failed':
      Object.assign(run, { status: 'failed', error: event.error, finishedAt: at, waitingFor: [], ...(event.nodeId !== undefined && { failedNode: event.nodeId }) })
      return
    case 'run.cancelled':
      Object.assign(run, { status: 'cancelled', finishedAt: at, waitingFor: [] })
      return
    case 'memory.written': {
      const { key, version, value, nodeId: by } = event
      run.memory = {
        cells: { ...run.memory.cells, [key]: { value, version, by, at } },
        history: [...run.memory.history, { kind: 'written', key, version, by, at, value }],
      }
      return
    }
    case 'message.sent': {
      const { nodeId, messageId: id, to, payload, expiresAt } = event
      run.messages = [...run.messages, { id, from: nodeId, to, payload, sentAt: at, ...(expiresAt !== undefined && { expiresAt }), state: { kind: 'queued' } }]
      return
    }
    case 'message.received':
      run.messages = settled(run.messages, event.messageId, { kind: 'received', at })
      return
    case 'message.expired':
      run.messages = settled(run.messages, event.messageId, { kind: 'expired', at })
      return
    case 'snapshot.saved':
      return
    default:
      applyToStep(run, event)
  }
}

function settled(messages: readonly Message[], id: string, state: MessageState): Message[] {
  return messages.map((message) => (message.id === id && isQueued(message) ? { ...message, state } : message))
}

type StepEvent = Extract<RunEvent, { nodeId: string; type: `step.${string}` }>

function applyToStep(run: Draft, event: StepEvent): void {
  const before = Object.hasOwn(run.steps, event.nodeId) ? run.steps[event.nodeId]! : noStep
  // What is settled stays settled: no late event of a lost worker can reopen it.
  if (isSettled(before.state)) return
  run.steps[event.nodeId] = stepAfter(before, event)
  if (event.type === 'step.started' && event.reads) {
    const read = Object.entries(event.reads).map(([key, version]): MemoryAccess => ({ kind: 'read', key, version, by: event.nodeId, at: event.recordedAt }))
    run.memory = { ...run.memory, history: [...run.memory.history, ...read] }
  }
  if (event.type !== 'step.output' && run.waitingFor.includes(event.nodeId)) run.waitingFor = run.waitingFor.filter((key) => key !== event.nodeId)
}

function stepAfter(step: Step, event: StepEvent): Step {
  const at = event.recordedAt
  switch (event.type) {
    case 'step.scheduled':
      return { ...step, scheduledAt: at }
    case 'step.started': {
      const { wakeAt: _, ...rest } = step
      return {
        ...rest,
        state: { kind: 'running', attempt: event.attempt, since: at },
        startedAt: step.startedAt ?? at,
        ...(event.input !== undefined && { input: event.input }), ...(event.subRun && { subRun: event.subRun }),
        attempts: [...step.attempts, { attempt: event.attempt, startedAt: at, text: '' }],
      }
    }
    case 'step.output':
      return { ...step, attempts: withLast(step, event.attempt, (last) => ({ ...last, text: last.text + event.text, textAt: last.textAt ?? at })) }
    case 'step.completed':
      return {
        ...step,
        state: { kind: 'completed', output: event.output, handle: event.handle ?? 'out' },
        finishedAt: at,
        attempts: withLast(step, event.attempt, (last) => ({ ...last, finishedAt: at })),
        ...(event.usage && { usage: event.usage }), ...(event.route && { route: event.route }),
        ...(event.reused && { reusedFrom: event.reused.runId }), ...(event.pinned && { pinned: true }),
      }
    case 'step.failed':
      return {
        ...withoutPause(step),
        state: { kind: 'failed', attempt: event.attempt, error: event.error },
        finishedAt: at,
        // In a pause no attempt was at work: the last one failed of its own.
        attempts: step.wakeAt !== undefined ? step.attempts : withLast(step, event.attempt, (last) => ({ ...last, finishedAt: at, error: event.error })),
        ...(event.reused && { reusedFrom: event.reused.runId }),
      }
    case 'step.retrying':
      return {
        ...step,
        wakeAt: event.at,
        attempts: withLast(step, event.attempt, (last) => ({ ...last, finishedAt: at, error: event.error, ...(event.interrupted && { interrupted: true }) })),
      }
    case 'step.skipped':
      return { ...withoutPause(step), state: { kind: 'skipped', reason: event.reason }, finishedAt: at, ...(event.reused && { reusedFrom: event.reused.runId }) }
    case 'step.cancelled':
      return { ...step, state: { kind: 'cancelled' }, finishedAt: at }
    default:
      return unreachable(event)
  }
}

function withoutPause({ wakeAt: _, ...step }: Step): Step {
  return step
}

function withLast(step: Step, attempt: number, change: (last: Attempt) => Attempt): Attempt[] {
  const last = step.attempts.at(-1)
  return last && last.attempt === attempt ? [...step.attempts.slice(0, -1), change(last)] : step.attempts
}
