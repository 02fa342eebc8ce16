import { z } from 'zod'
import { Graph, NodeId } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { FailureKind } from '@/domain/run/failure-kind'
import { LargeValue, placesOf, VALUE_PLACES, valuesOf, withRefs, withValues, type LargeRef, type LargeRefs, type ValuePlace } from '@/domain/run/large-value'
import { Failure, Route, RunId, SubRun, Usage } from '@/domain/run/run-event'
import type { RunEvent } from '@/domain/run/run-event'
import { RunOrigin } from '@/domain/run/run-origin'
import { Trial } from '@/domain/run/trial'
import { pageOf, pageQuery, Timestamp, timestamp, timestampOrNull } from './page'
import { QueueTurn, queueTurn } from './queue'

export const RUN_STATUSES = ['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled'] as const

const IdempotencyKey = z.string().min(1).max(200)

export const StartRunBody = z.strictObject({
  /** Left out: `{}`; for a trial, what the newest run was given. */
  input: z.json().optional(),
  priority: z.int().min(0).max(10).optional(),
  /** Left out: the newest published version, or the draft where none is published. */
  version: z.union([z.int().min(1), z.literal('draft')]).optional(),
  /** As the header: the same key and body again name the run they started the first time. */
  idempotencyKey: IdempotencyKey.optional(),
  /** Runs a part of the draft, on the last results of what stands before it, or on pinned ones. */
  trial: Trial.optional(),
})
  .refine(({ trial, version }) => trial === undefined || version === undefined || version === 'draft', { path: ['version'], message: 'A trial is of the draft' })
  .refine(({ trial, input }) => trial?.item === undefined || input === undefined, { path: ['input'], message: 'With an item, the input of its run counts' })
  .refine(({ trial, idempotencyKey }) => trial === undefined || idempotencyKey === undefined, { path: ['idempotencyKey'], message: 'A trial has none: each is a run of its own' })
export type StartRunBody = z.infer<typeof StartRunBody>

/** For seven days the same key and body name the run they started the first time; another body is refused. */
export const IdempotencyHeader = z.object({ 'idempotency-key': IdempotencyKey.optional() })

/** @throws {ZodError} header and body name different keys */
export function idempotencyKeyOf(headers: z.infer<typeof IdempotencyHeader>, body?: { idempotencyKey?: string | undefined }): string | undefined {
  const [header, own] = [headers['idempotency-key'], body?.idempotencyKey]
  if (header !== undefined && own !== undefined && header !== own) throw new z.ZodError([{ code: 'custom', path: ['idempotencyKey'], message: 'is not the key of the header Idempotency-Key', input: own }])
  return header ?? own
}

export const RunAccepted = z.object({ id: z.string(), status: z.enum(RUN_STATUSES) })

/** Quick API. Without `workflowId` a template runs; without either, the four-agent one. */
export const QuickRunBody = z
  .strictObject({ workflowId: z.string().max(100).optional(), template: z.string().max(100).optional(), input: z.json().default({}) })
  .refine((body) => body.workflowId === undefined || body.template === undefined, { message: 'Name either workflowId or template', path: ['template'] })
export type QuickRunBody = z.infer<typeof QuickRunBody>

export const RunQuery = z.strictObject({ ...pageQuery, workflowId: z.string().max(100).optional(), status: z.enum(RUN_STATUSES).optional(), failure: FailureKind.optional(), /** Forks of that run. */ parentRunId: RunId.optional() })

const summary = {
  id: z.string(), workflowId: z.string(), workflowName: z.string(), version: z.union([z.int(), z.literal('draft')]),
  status: z.enum(RUN_STATUSES), priority: z.number(),
  createdAt: Timestamp, startedAt: Timestamp.nullable(), finishedAt: Timestamp.nullable(),
  parentRunId: z.string().optional(),
  /** The node a fork started again from. */
  forkedFrom: z.string().optional(),
  /** Of a failed run: whether another try as it is may help. */
  failure: FailureKind.optional(),
  /** While it waits for a place to work in. */
  queue: QueueTurn.optional(),
  /** Who or what started it. */
  origin: RunOrigin.optional(),
}
/** A row of the runs list. `error` is one line. */
export const RunSummaryBody = z.object({ ...summary, error: z.string().nullable() })
export type RunSummaryBody = z.infer<typeof RunSummaryBody>
export const RunPage = pageOf(RunSummaryBody)

/** What the run log knows of a run without reading it: times in epoch ms. */
type Summary = Omit<RunSummaryBody, 'createdAt' | 'startedAt' | 'finishedAt' | 'error' | 'queue'> & { createdAt: number; startedAt?: number; finishedAt?: number; error?: string; turn?: Parameters<typeof queueTurn>[0] }

export function runSummaryBody(run: Summary): RunSummaryBody {
  const { id, workflowId, workflowName, version, status, priority, parentRunId, forkedFrom, origin } = run
  return {
    id, workflowId, workflowName, version, status, priority,
    createdAt: timestamp(run.createdAt), startedAt: timestampOrNull(run.startedAt), finishedAt: timestampOrNull(run.finishedAt),
    ...(parentRunId !== undefined && { parentRunId }), ...(forkedFrom !== undefined && { forkedFrom }), ...(origin && { origin }),
    ...(run.failure !== undefined && { failure: run.failure }), ...(run.turn && { queue: queueTurn(run.turn) }),
    error: run.error ?? null,
  }
}

/** A value beyond 64 KiB that was not sent: `GET /api/runs/{id}/values/{hash}` gives it whole. `bytes` is the length of its JSON. */
const LargeRefBody = z.object({ hash: z.string(), bytes: z.int(), preview: z.string(), items: z.int().optional() })
/** Which of the nulls beside it stand for such a value. */
const largeFields = z.object({ input: LargeRefBody.optional(), output: LargeRefBody.optional() }).optional()

export const StepBody = z.object({
  status: z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'cancelled']),
  attempts: z.int(),
  startedAt: Timestamp.nullable(), finishedAt: Timestamp.nullable(), durationMs: z.number().nullable(),
  input: z.json(), output: z.json(), error: Failure.nullable(), usage: Usage.nullable(), route: Route.nullable(),
  /** The run whose result this is, where a fork took it over. */
  reusedFrom: z.string().optional(),
  /** The run of another workflow that it started. */
  subRun: SubRun.optional(),
  /** Why it was not run. */
  skipReason: z.string().optional(),
  /** Its output was given, not computed. */
  pinned: z.literal(true).optional(),
  large: largeFields,
})
export const RunBody = z.object({ ...summary, seq: z.int(), input: z.json(), output: z.json(), error: Failure.nullable(), waitingFor: z.array(z.string()), steps: z.record(z.string(), StepBody), large: largeFields })
export type RunBody = z.infer<typeof RunBody>

/** What a body has in a place, or is told of it. */
export function bodyValue(value: Json, large: LargeRef | undefined): Json | LargeValue {
  return large ? new LargeValue(large) : value
}

/** The frozen graph a run works on. */
export const RunGraphBody = z.object({ graph: Graph })

/** `map`: the step of a map, `outer[3].inner`. */
export const RunItemsQuery = z.strictObject({ map: z.string().min(1).max(1_000) })
/** The first items and the first that failed; `count`: of all. */
export const RunItemsBody = z.object({ count: z.int(), items: z.array(z.object({ index: z.int(), preview: z.string(), status: z.enum(['completed', 'failed', 'open']) })) })
export type RunItemsBody = z.infer<typeof RunItemsBody>

/** How values beyond 64 KiB come. */
export const Outputs = z.enum(['whole', 'reference'])
const outputs = Outputs.default('whole')
export const RunStateQuery = z.strictObject({ outputs })
export const EventsQuery = z.strictObject({ after: z.coerce.number().int().min(0).default(0), outputs })

export function valuesAsked(query: { outputs: z.infer<typeof Outputs> }): 'whole' | 'apart' {
  return query.outputs === 'whole' ? 'whole' : 'apart'
}

const override = z.strictObject({ output: z.json().optional(), config: z.record(z.string(), z.json()).optional() })
export const ForkBody = z
  .strictObject({ fromNode: NodeId.optional(), snapshotId: z.string().max(100).optional(), overrides: z.record(NodeId, override).default({}), input: z.json().optional() })
  .refine((body) => (body.fromNode === undefined) !== (body.snapshotId === undefined), { message: 'Name either fromNode or snapshotId', path: ['fromNode'] })
export type ForkBody = z.infer<typeof ForkBody>
export const ForkAnswer = z.object({ id: z.string(), parentRunId: z.string() })

export const MOST_BRANCHES = 6
/** Forks of one run that start together. */
export const ForksBody = z.strictObject({ branches: z.array(ForkBody).min(1).max(MOST_BRANCHES) })
export const ForksAnswer = z.object({ ids: z.array(z.string()), parentRunId: z.string() })
export type ForksAnswer = z.infer<typeof ForksAnswer>

export const RetryRunsBody = z.strictObject({ ids: z.array(z.string().max(100)).min(1).max(200) })
/** `runId`: the new run that goes on from the failed one; else `problem` says why there is none. */
export const RetryRunsAnswer = z.object({
  retried: z.int(), refused: z.int(),
  results: z.array(z.object({ id: z.string(), runId: z.string().optional(), problem: z.object({ code: z.string(), detail: z.string(), hint: z.string() }).optional() })),
})
export type RetryRunsAnswer = z.infer<typeof RetryRunsAnswer>

type Retried = { id: string; runId: string } | { id: string; refusal: { code: string; message: string; hint: string } }

export function retryAnswer(tried: readonly Retried[]): RetryRunsAnswer {
  const results = tried.map((one) => ('runId' in one ? one : { id: one.id, problem: { code: one.refusal.code, detail: one.refusal.message, hint: one.refusal.hint } }))
  const retried = tried.filter((one) => 'runId' in one).length
  return { retried, refused: tried.length - retried, results }
}

export const ApprovalBody = z.strictObject({ decision: z.enum(['approve', 'reject']), comment: z.string().max(10_000).default('') })
export type ApprovalBody = z.infer<typeof ApprovalBody>

/** The model calls of a node added up, a map's inner ones too; `ttftMs` is the wait for the first token, queue included. */
const callFigures = z.object({ calls: z.int(), queueMs: z.number().nullable(), ttftMs: z.number().nullable(), decodeMs: z.number().nullable(), promptTokens: z.number(), cachedTokens: z.number().nullable(), completionTokens: z.number(), /** Null where a call has no price. */ cost: z.number().nullable() })
const diffSide = z.object({ status: StepBody.shape.status, output: z.json(), large: LargeRefBody.optional(), durationMs: z.number().nullable(), instance: z.string().nullable(), call: callFigures.nullable() })
/** Two runs node by node; a side that lacks the node is null. */
export const RunDiffBody = z.object({
  nodes: z.array(z.object({ nodeId: z.string(), name: z.string(), change: z.enum(['same', 'changed', 'added', 'removed']), configChanged: z.boolean(), reused: z.boolean(), a: diffSide.nullable(), b: diffSide.nullable() })),
})
export type RunDiffBody = z.infer<typeof RunDiffBody>

export const SaveSnapshotBody = z.strictObject({ name: z.string().trim().min(1).max(120), seq: z.int().min(1).optional() })
export const SnapshotBody = z.object({ id: z.string(), runId: z.string(), seq: z.int(), name: z.string().nullable(), createdAt: Timestamp })
export type SnapshotBody = z.infer<typeof SnapshotBody>
/** `rebuilt`: what was stored disagreed with the log, which the log file tells too, and was folded anew. */
export const LoadedSnapshotBody = SnapshotBody.extend({ rebuilt: z.boolean(), run: RunBody })
export type LoadedSnapshotBody = z.infer<typeof LoadedSnapshotBody>
export const SnapshotPage = pageOf(SnapshotBody)

export function snapshotBody({ id, runId, seq, name, createdAt }: { id: string; runId: string; seq: number; name?: string; createdAt: number }): SnapshotBody {
  return { id, runId, seq, name: name ?? null, createdAt: timestamp(createdAt) }
}

/**
 * A line of `/events` and of a live frame: the stored event with its times as ISO 8601; `wakeAt` is when a retry begins.
 * `large`: which of its nulls stand for a value that is given by `/values/{hash}`.
 */
export const RunEventLine = z.looseObject({ seq: z.int(), at: Timestamp, type: z.string(), wakeAt: Timestamp.optional(), large: z.partialRecord(z.enum(VALUE_PLACES), LargeRefBody).optional() })

export function runEventLine(event: RunEvent): Record<string, unknown> {
  if (event.type === 'step.output') return { seq: event.seq, at: timestamp(event.recordedAt), type: event.type, nodeId: event.nodeId, attempt: event.attempt, text: event.text }
  const large = largeOf(event)
  const { seq, recordedAt, type, ...rest } = large ? withValues(event, new Map(placesOf(large).map(([place]) => [place, null]))) : event
  const { at: wakeAt, ...payload } = rest as { at?: number } & Record<string, unknown>
  return { seq, at: timestamp(recordedAt), type, ...payload, ...(wakeAt !== undefined && { wakeAt: timestamp(wakeAt) }), ...(large && { large }) }
}

function largeOf(event: RunEvent): LargeRefs | undefined {
  const refs: LargeRefs = {}
  for (const [place, value] of valuesOf(event) as [ValuePlace, unknown][]) if (value instanceof LargeValue) refs[place] = { ...value }
  return Object.keys(refs).length === 0 ? undefined : refs
}

type TextLine = { seq: number; at: string; type: string; nodeId: string; attempt: number; text: string }

/** The event as the fold wants it. Our own server wrote the line: no second check of every piece of text. */
export function runEventOfLine(line: unknown): RunEvent {
  const { type, seq } = line as TextLine
  // Nearly all lines of a long log are pieces of text: one shape, made at once.
  if (type === 'step.output') {
    const { at, nodeId, attempt, text } = line as TextLine
    return { type, nodeId, attempt, text, seq, recordedAt: Date.parse(at) }
  }
  const { at, wakeAt, large, ...rest } = line as { at: string; wakeAt?: string; large?: LargeRefs } & Record<string, unknown>
  const event = { ...rest, recordedAt: Date.parse(at), ...(wakeAt !== undefined && { at: Date.parse(wakeAt) }) } as RunEvent
  return large ? withRefs(event, large) : event
}
