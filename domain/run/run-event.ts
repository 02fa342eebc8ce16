import { z } from 'zod'
import { Candidate } from '@/domain/route/candidate'
import { RunOrigin } from './run-origin'
import { TraceParent } from './trace-parent'

export const RunId = z.string().startsWith('run_').max(64).brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

const MOST_KEY = 1_000
/** `outer[3].inner` inside a map, else the node's id. */
export const StepKey = z.string().min(1).max(MOST_KEY)

/** What went wrong, for people and for the retry decision. */
export const Failure = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  retryable: z.boolean(),
  /** Where the far side said how long to stay away. */
  retryAfterMs: z.number().optional(),
})
export type Failure = z.infer<typeof Failure>

export const Usage = z.object({ promptTokens: z.number(), cachedTokens: z.number().optional(), completionTokens: z.number() })
export type Usage = z.infer<typeof Usage>

/** Where a model call went and how its time was spent. */
export const Route = z.object({
  instance: z.string(),
  /** As it was asked for. */
  model: z.string().optional(),
  policy: z.string(),
  /** Why this instance, a word of the policy: `home`, `prefix`, `least-loaded`. */
  reason: z.string().optional(),
  simulated: z.boolean().optional(),
  queueMs: z.number(),
  prefillMs: z.number(),
  decodeMs: z.number(),
  promptTokens: z.number(),
  cachedTokens: z.number().optional(),
  completionTokens: z.number(),
  /** What the decision saw, the chosen instance first. */
  candidates: z.array(Candidate).optional(),
  chosen: z.string().optional(),
})
export type Route = z.infer<typeof Route>

export const SkipReason = z.discriminatedUnion('kind', [
  /** The branch that leads here was not taken. `cause`: the node that decided. */
  z.object({ kind: z.literal('branch-not-taken'), cause: z.string() }),
  z.object({ kind: z.literal('upstream-failed'), cause: z.string() }),
  z.object({ kind: z.literal('upstream-skipped'), cause: z.string() }),
  z.object({ kind: z.literal('run-if-false') }),
  /** The step failed and its `onError` says to go on without it. */
  z.object({ kind: z.literal('error-skipped'), message: z.string() }),
  /** It is disabled: what arrived goes on from the handle. */
  z.object({ kind: z.literal('disabled'), output: z.json(), handle: z.string() }),
])
export type SkipReason = z.infer<typeof SkipReason>

/** The run that a step started, and what it works on: settled with the step's start, whatever is published later. */
export const SubRun = z.object({
  runId: RunId, workflowId: z.string(), workflowName: z.string(), version: z.union([z.int(), z.literal('draft')]), graphHash: z.string(),
  /** An earlier one of the same step that failed: what it completed is taken over. */
  goesOnFrom: RunId.optional(),
})
export type SubRun = z.infer<typeof SubRun>

const attempt = z.int().min(1)
const step = { nodeId: StepKey, attempt }
const reused = z.object({ runId: z.string() }).optional()

const payloads = [
  z.object({
    type: z.literal('run.queued'),
    workflowId: z.string(),
    workflowName: z.string(),
    version: z.union([z.int(), z.literal('draft')]),
    /** SHA-256 of the graph the run works on; the graph itself is stored once per hash. */
    graphHash: z.string(),
    input: z.json(),
    priority: z.number(),
    parentRunId: z.string().optional(),
    /** The node a fork starts again from. */
    forkedFrom: z.string().optional(),
    /** Left out in logs that are older than triggers, and by forks. */
    origin: RunOrigin.optional(),
    /** The span of its caller, where the call named one. */
    trace: TraceParent.optional(),
  }),
  z.object({ type: z.literal('run.started') }),
  z.object({ type: z.literal('run.waiting'), nodeIds: z.array(StepKey) }),
  z.object({ type: z.literal('run.resumed'), reason: z.enum(['answered', 'recovered']) }),
  z.object({ type: z.literal('run.completed'), output: z.json() }),
  z.object({ type: z.literal('run.failed'), error: Failure, nodeId: StepKey.optional() }),
  z.object({ type: z.literal('run.cancelled'), by: z.string() }),
  z.object({ type: z.literal('step.scheduled'), nodeId: StepKey }),
  /** `reads`: keys of the run's memory that the attempt sees, with their versions. */
  z.object({ type: z.literal('step.started'), ...step, input: z.json().optional(), reads: z.record(z.string(), z.int().min(0)).optional(), subRun: SubRun.optional() }),
  z.object({ type: z.literal('step.output'), ...step, text: z.string() }),
  z.object({
    type: z.literal('step.completed'), ...step, output: z.json(), handle: z.string().optional(),
    usage: Usage.optional(), route: Route.optional(), reused, pinned: z.boolean().optional(),
  }),
  z.object({ type: z.literal('step.failed'), ...step, error: Failure, reused }),
  z.object({ type: z.literal('step.retrying'), ...step, error: Failure, at: z.number(), interrupted: z.boolean().optional() }),
  z.object({ type: z.literal('step.skipped'), nodeId: StepKey, reason: SkipReason, reused }),
  z.object({ type: z.literal('step.cancelled'), nodeId: StepKey }),
  /** Stands in one append with the step that is completed by it. */
  z.object({ type: z.literal('memory.written'), ...step, key: z.string(), version: z.int().min(1), value: z.json() }),
  /** Stand in one append with the steps that sent and received: either both are true or neither. */
  z.object({ type: z.literal('message.sent'), nodeId: StepKey, messageId: StepKey, to: StepKey, payload: z.json(), expiresAt: z.number().optional() }),
  z.object({ type: z.literal('message.received'), nodeId: StepKey, messageId: StepKey, from: StepKey }),
  /** Nobody received it in time. `nodeId`: who sent it. */
  z.object({ type: z.literal('message.expired'), nodeId: StepKey, messageId: StepKey }),
  z.object({ type: z.literal('snapshot.saved'), snapshotId: z.string(), name: z.string().optional(), atSeq: z.int() }),
] as const

/** A fact to append: an event that has no place in the log yet. */
export const RunFact = z.discriminatedUnion('type', payloads)
export type RunFact = z.infer<typeof RunFact>

type TextFact = Extract<RunFact, { type: 'step.output' }>

/** A piece of text, by the same rules as `RunFact`; undefined: it is none, or not a right one. */
export function textFactOf(given: unknown): TextFact | undefined {
  const { type, nodeId, attempt: at, text } = (given ?? {}) as Partial<Record<keyof TextFact, unknown>>
  if (type !== 'step.output' || typeof text !== 'string' || typeof nodeId !== 'string' || nodeId.length < 1 || nodeId.length > MOST_KEY) return undefined
  return Number.isSafeInteger(at) && (at as number) >= 1 ? { type, nodeId, attempt: at as number, text } : undefined
}

const place = { seq: z.int().min(1), recordedAt: z.number() }
/** A past fact. `seq` counts from 1 without gaps; `recordedAt` is epoch ms. */
export const RunEvent = z.intersection(z.object(place), RunFact)
export type RunEvent = RunFact & { seq: number; recordedAt: number }
