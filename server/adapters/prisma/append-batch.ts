import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import type { RunState } from '@/domain/run/run-state'
import { LeaseLost, type Lease } from '@/server/ports/run-leases'
import { RunConflict, type RunSummary } from '@/server/ports/run-log'
import { summaryOf } from '@/server/ports/run-summary'
import { rowPlaces } from './row-places'
import type { Db, Tx } from './sqlite-client'
import type { Dialect } from './store-database'
import { isUniqueViolation } from './unique-violation'

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

type Head = { seq: number; lastEventAt: number }
type Outcome = { append: PendingAppend; events: RunEvent[] } | { append: PendingAppend; error: unknown }

/** Another process moved one of the runs between our look and our write. */
class LostRace extends Error {}

/**
 * Commits appends of many runs in one transaction.
 *
 * B1. Nobody is answered before the commit has returned.
 * B2. A run that is not at its expected seq fails alone; the others are committed.
 * B3. When the transaction as a whole fails, each append is tried in one of its own, so that only the guilty one fails.
 * B4. `after` may be called again for the same events (B3): it has to be pure.
 */
export async function commitAppends(to: { db: Db; dialect: Dialect }, batch: readonly PendingAppend[], now: () => number): Promise<void> {
  if (batch.length === 0) return
  let outcomes: Outcome[]
  try {
    outcomes = await to.db.$transaction((tx) => writeAll(tx, to.dialect, batch, now()))
  } catch (error) {
    if (batch.length > 1) {
      for (const append of batch) await commitAppends(to, [append], now)
      return
    }
    const [append] = batch
    append?.reject(error instanceof LostRace || isUniqueViolation(error) ? new RunConflict(append.runId, append.expectedSeq) : error)
    return
  }
  for (const outcome of outcomes) {
    if ('error' in outcome) outcome.append.reject(outcome.error)
    else outcome.append.resolve(outcome.events)
  }
}

async function writeAll(tx: Tx, dialect: Dialect, batch: readonly PendingAppend[], now: number): Promise<Outcome[]> {
  const stored = await tx.run.findMany({ where: { id: { in: [...new Set(batch.map((append) => append.runId))] } }, select: { id: true, seq: true, lastEventAt: true } })
  const owners = await ownersOf(tx, batch)
  const before = new Map(stored.map((row) => [row.id, row]))
  const heads = new Map<string, Head>(before)
  const summaries = new Map<RunId, RunSummary>()
  const outcomes = batch.map((append): Outcome => {
    const head = heads.get(append.runId) ?? { seq: 0, lastEventAt: 0 }
    if (append.lease && owners.get(append.runId) !== ownerKey(append.lease)) return { append, error: new LeaseLost(append.runId) }
    if (head.seq !== append.expectedSeq) return { append, error: new RunConflict(append.runId, append.expectedSeq) }
    const recordedAt = Math.max(now, head.lastEventAt)
    const events = append.facts.map((fact, index): RunEvent => ({ ...fact, seq: head.seq + index + 1, recordedAt }))
    if (events.length === 0) return { append, events }
    try {
      summaries.set(append.runId, summaryOf(append.runId, append.after(events)))
    } catch (error) {
      return { append, error }
    }
    heads.set(append.runId, { seq: head.seq + events.length, lastEventAt: recordedAt })
    return { append, events }
  })

  const rows = [...summaries].map(([id, summary]) => ({ ...rowOf(summary), ...heads.get(id)! }))
  const created = rows.filter((row) => !before.has(row.id))
  if (created.length > 0) await tx.run.createMany({ data: created })
  const events = outcomes.flatMap((outcome) => ('events' in outcome ? outcome.events.map((event) => eventRow(outcome.append.runId, event)) : []))
  await addEvents(tx, dialect, events)
  await moveRuns(tx, dialect, rows.flatMap((row) => (before.has(row.id) ? [{ ...row, oldSeq: before.get(row.id)!.seq }] : [])))
  return outcomes
}

/**
 * Who holds the runs of those that write by a lease. A lease that changes hands after this look is no danger: its next
 * owner reads the log after it, and whoever of the two appends second is not at its seq any more.
 */
async function ownersOf(tx: Tx, batch: readonly PendingAppend[]): Promise<Map<string, string>> {
  const ids = new Set(batch.flatMap(({ lease }) => (lease ? [lease.runId] : [])))
  if (ids.size === 0) return new Map()
  const rows = await tx.runLease.findMany({ where: { runId: { in: [...ids] } } })
  return new Map(rows.map((row) => [row.runId, ownerKey(row)]))
}

const ownerKey = ({ owner, epoch }: Pick<Lease, 'owner' | 'epoch'>): string => `${epoch} ${owner}`

/** Rows a statement takes: well under SQLite's 32,766 parameters. */
const ROWS_A_STATEMENT = 1_000

const EVENT_TYPES = ['text', 'int', 'float8', 'text', 'text']
const RUN_TYPES = ['text', 'int', 'int', 'float8', 'text', 'float8', 'float8', 'text', 'text']

/** createMany costs as much again in building its query. */
async function addEvents(tx: Tx, dialect: Dialect, rows: readonly ReturnType<typeof eventRow>[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const some = rows.slice(start, start + ROWS_A_STATEMENT)
    await tx.$executeRawUnsafe(
      `INSERT INTO "RunEvent" ("runId", "seq", "recordedAt", "type", "data") VALUES ${rowPlaces(dialect, some.length, EVENT_TYPES)}`,
      ...some.flatMap((row) => [row.runId, row.seq, row.recordedAt, row.type, row.data]),
    )
  }
}

/**
 * What events change of a run's row, for all runs of the batch in one statement: Prisma has none for different values.
 * @throws {LostRace} when one of them is no longer at its seq
 */
async function moveRuns(tx: Tx, dialect: Dialect, rows: readonly (Head & { id: string; oldSeq: number; status: string; startedAt: number | null; finishedAt: number | null; error: string | null; failure: string | null })[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const some = rows.slice(start, start + ROWS_A_STATEMENT)
    const count = await tx.$executeRawUnsafe(
      `UPDATE "Run" SET "seq" = v.column3, "lastEventAt" = v.column4, "status" = v.column5, "startedAt" = v.column6, "finishedAt" = v.column7, "error" = v.column8, "failure" = v.column9
       FROM (VALUES ${rowPlaces(dialect, some.length, RUN_TYPES)}) AS v WHERE "Run"."id" = v.column1 AND "Run"."seq" = v.column2`,
      ...some.flatMap((row) => [row.id, row.oldSeq, row.seq, row.lastEventAt, row.status, row.startedAt, row.finishedAt, row.error, row.failure]),
    )
    if (count !== some.length) throw new LostRace()
  }
}

function eventRow(runId: RunId, { seq, recordedAt, ...fact }: RunEvent) {
  return { runId, seq, recordedAt, type: fact.type, data: JSON.stringify(fact) }
}

function rowOf(summary: RunSummary) {
  const { version, parentRunId, forkedFrom, origin, startedAt, finishedAt, error, failure, ...rest } = summary
  return {
    ...rest,
    version: version === 'draft' ? null : version,
    parentRunId: parentRunId ?? null, forkedFrom: forkedFrom ?? null, origin: origin ? JSON.stringify(origin) : null,
    startedAt: startedAt ?? null, finishedAt: finishedAt ?? null, error: error ?? null, failure: failure ?? null,
  }
}
