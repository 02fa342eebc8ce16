import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import { LeaseLost, type Lease } from '@/server/ports/run-leases'
import { partLarge, type LargeJson } from '@/server/ports/large-values'
import { RunConflict, type RunSummary } from '@/server/ports/run-log'
import { summaryOf } from '@/server/ports/run-summary'

/** One caller's append, waiting for the next commit. */
export type PendingAppend = {
  runId: RunId
  facts: readonly RunFact[]
  expectedSeq: number
  after: (events: readonly RunEvent[]) => RunState
  lease: Lease | undefined
  resolve: (events: RunEvent[]) => void
  reject: (error: unknown) => void
}

/** `bytes`: of all events of the run. */
export type Head = { seq: number; lastEventAt: number; bytes: number }
/** What the store has of the runs of a batch: their heads, and who holds those that are written by a lease. */
export type Before = { heads: ReadonlyMap<string, Head>; owners: ReadonlyMap<string, Pick<Lease, 'owner' | 'epoch'>> }

type Outcome = { append: PendingAppend; events: RunEvent[] } | { append: PendingAppend; error: unknown }
export type EventRow = { runId: RunId; seq: number; recordedAt: number; type: string; data: string; large: string | null }
export type RunRow = ReturnType<typeof rowOf> & Head
/** Which run holds which large value. */
export type UseRow = { runId: RunId; hash: string }
/**
 * A batch as rows: what is new, what moves on from `oldSeq`, and what each caller will hear. `values`: large ones, each once and
 * in the order of their hashes, so that two processes never wait for each other; the store may have them already.
 */
export type Settled = { created: RunRow[]; moved: (RunRow & { oldSeq: number })[]; events: EventRow[]; values: LargeJson[]; uses: UseRow[]; outcomes: Outcome[] }

/**
 * Writes batches, each in one transaction that reads what is before, settles the batch against it and writes the rows.
 * By plain statements: what Prisma builds around each costs more than the statement (docs/decisions/0010).
 */
export type AppendWriter = {
  /** @throws {LostRace} another process moved one of the runs between the look and the write; nothing is written */
  write(batch: readonly PendingAppend[], settle: (before: Before) => Settled): Promise<Settled>
  close(): Promise<void>
}

export class LostRace extends Error {}

/**
 * Commits appends of many runs in one transaction.
 *
 * B1. Nobody is answered before the commit has returned.
 * B2. A run that is not at its expected seq fails alone; the others are committed.
 * B3. When the transaction as a whole fails, each append is tried in one of its own, so that only the guilty one fails.
 * B4. `after` may be called again for the same events (B3): it has to be pure.
 */
export async function commitAppends(writer: Pick<AppendWriter, 'write'>, batch: readonly PendingAppend[], now: () => number): Promise<void> {
  if (batch.length === 0) return
  let settled: Settled
  try {
    settled = await writer.write(batch, (before) => settleBatch(batch, before, now()))
  } catch (error) {
    if (batch.length > 1) {
      for (const append of batch) await commitAppends(writer, [append], now)
      return
    }
    const [append] = batch
    append?.reject(error instanceof LostRace ? new RunConflict(append.runId, append.expectedSeq) : error)
    return
  }
  for (const outcome of settled.outcomes) {
    if ('error' in outcome) outcome.append.reject(outcome.error)
    else outcome.append.resolve(outcome.events)
  }
}

/**
 * A lease that changes hands after the look at `before` is no danger: its next owner reads the log after it, and whoever
 * of the two appends second is not at its seq any more.
 */
function settleBatch(batch: readonly PendingAppend[], before: Before, now: number): Settled {
  const heads = new Map(before.heads)
  const summaries = new Map<RunId, RunSummary>()
  const outcomes = batch.map((append): Outcome => {
    const head = heads.get(append.runId) ?? { seq: 0, lastEventAt: 0, bytes: 0 }
    if (append.lease && !sameOwner(append.lease, before.owners.get(append.runId))) return { append, error: new LeaseLost(append.runId) }
    if (head.seq !== append.expectedSeq) return { append, error: new RunConflict(append.runId, append.expectedSeq) }
    const recordedAt = Math.max(now, head.lastEventAt)
    const events = append.facts.map((fact, index): RunEvent => ({ ...fact, seq: head.seq + index + 1, recordedAt }))
    if (events.length === 0) return { append, events }
    try {
      summaries.set(append.runId, summaryOf(append.runId, append.after(events)))
    } catch (error) {
      return { append, error }
    }
    heads.set(append.runId, { ...head, seq: head.seq + events.length, lastEventAt: recordedAt })
    return { append, events }
  })
  const written = outcomes.flatMap((outcome) => ('events' in outcome ? outcome.events.map((event) => eventRow(outcome.append.runId, event)) : []))
  for (const { row } of written) heads.get(row.runId)!.bytes += Buffer.byteLength(row.data)
  const rows = [...summaries].map(([id, summary]): RunRow => ({ ...rowOf(summary), ...heads.get(id)! }))
  return {
    created: rows.filter(({ id }) => !before.heads.has(id)),
    moved: rows.flatMap((row) => (before.heads.has(row.id) ? [{ ...row, oldSeq: before.heads.get(row.id)!.seq }] : [])),
    events: written.map(({ row }) => row),
    ...largeOf(written),
    outcomes,
  }
}

function sameOwner(lease: Lease, owner: Pick<Lease, 'owner' | 'epoch'> | undefined): boolean {
  return owner?.owner === lease.owner && owner.epoch === lease.epoch
}

/** The runs of a batch, and those of them that are written by a lease. */
export function runsOf(batch: readonly PendingAppend[]): { ids: string[]; leased: string[] } {
  return { ids: [...new Set(batch.map(({ runId }) => runId))], leased: [...new Set(batch.flatMap(({ lease }) => (lease ? [lease.runId] : [])))] }
}

type Written = { row: EventRow; values: readonly LargeJson[] }

function eventRow(runId: RunId, { seq, recordedAt, ...fact }: RunEvent): Written {
  const data = JSON.stringify(fact)
  const parted = partLarge(fact, data)
  const row = { runId, seq, recordedAt, type: fact.type }
  if (!parted) return { row: { ...row, data, large: null }, values: [] }
  return { row: { ...row, data: JSON.stringify(parted.fact), large: JSON.stringify(parted.refs) }, values: parted.values }
}

function largeOf(written: readonly Written[]): Pick<Settled, 'values' | 'uses'> {
  const values = new Map<string, LargeJson>()
  const uses = new Map<string, UseRow>()
  for (const { row: { runId }, values: own } of written) {
    for (const value of own) {
      values.set(value.hash, value)
      uses.set(`${runId} ${value.hash}`, { runId, hash: value.hash })
    }
  }
  return { values: [...values.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1)), uses: [...uses.values()] }
}

export function rowOf(summary: RunSummary) {
  const { version, parentRunId, forkedFrom, origin, startedAt, finishedAt, error, failure, seq: _, ...rest } = summary
  return {
    ...rest,
    version: version === 'draft' ? null : version,
    parentRunId: parentRunId ?? null, forkedFrom: forkedFrom ?? null, origin: origin ? JSON.stringify(origin) : null,
    startedAt: startedAt ?? null, finishedAt: finishedAt ?? null, error: error ?? null, failure: failure ?? null,
  }
}

/** Columns in the order in which both writers name them. */
export const RUN_COLUMNS = ['id', 'workflowId', 'workflowName', 'version', 'status', 'seq', 'priority', 'parentRunId', 'forkedFrom', 'origin', 'createdAt', 'startedAt', 'finishedAt', 'error', 'failure', 'lastEventAt', 'bytes'] as const satisfies readonly (keyof RunRow)[]
/** What events change of a run's row. */
export const MOVED_COLUMNS = ['seq', 'lastEventAt', 'bytes', 'status', 'startedAt', 'finishedAt', 'error', 'failure'] as const satisfies readonly (keyof RunRow)[]
export const EVENT_COLUMNS = ['runId', 'seq', 'recordedAt', 'type', 'data', 'large'] as const satisfies readonly (keyof EventRow)[]
export const VALUE_COLUMNS = ['hash', 'bytes', 'json'] as const satisfies readonly (keyof LargeJson)[]
export const USE_COLUMNS = ['runId', 'hash'] as const satisfies readonly (keyof UseRow)[]

export const quoted = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ')
