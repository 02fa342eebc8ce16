import 'server-only'
import { LRUCache } from 'lru-cache'
import { AppError } from '@/domain/error'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { FailureKind } from '@/domain/run/failure-kind'
import { placesOf, withRefs, withValues, type LargeRefs } from '@/domain/run/large-value'
import { RunFact, textFactOf, type RunEvent, type RunId } from '@/domain/run/run-event'
import { RunOrigin } from '@/domain/run/run-origin'
import type { RunStatus } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import { canonicalJson, graphHash } from '@/server/ports/graph-hash'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'
import type { KeyClaim, RunFilter, RunLog, RunSummary } from '@/server/ports/run-log'
import { sameSummary, summaryOf } from '@/server/ports/run-summary'
import { commitAppends, rowOf, type PendingAppend } from './append-batch'
import type { StoredEvent } from './event-rows'
import type { Run, RunKey } from './generated/client'
import type { StoreDatabase } from './store-database'
import { isUniqueViolation } from './unique-violation'

/** A stored event does not parse: the database was changed by other hands, or written by a newer version. */
export class StoredEventInvalid extends AppError {
  readonly code = 'STORED_EVENT_INVALID'
  readonly hint = 'Was the database written by a newer Heddle, or edited? Restore a copy of the data folder.'
  constructor(readonly runId: string, readonly seq: number) {
    super(`Event ${seq} of run ${runId} cannot be read`)
  }
}

/** Graphs kept in memory: they never change under their hash. */
const CACHED_GRAPHS = 64

/**
 * The run log on Prisma. Appends that fall into one tick, or arrive while a commit is under way, share the next commit.
 * @see append-batch.ts for what is promised
 */
export function createPrismaRunLog({ database: { read, write, queue, appends, events }, clock }: { database: StoreDatabase; clock: Pick<Clock, 'now'> }): RunLog {
  const graphs = new LRUCache<string, Graph>({ max: CACHED_GRAPHS })
  let pending: PendingAppend[] = []
  let scheduled = false

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      // The batch is taken when its turn has come: what arrived while the writer was busy goes along.
      void queue(async () => {
        scheduled = false
        const batch = pending
        pending = []
        await commitAppends(appends, batch, () => clock.now())
      })
    })
  }

  return {
    async saveGraph(graph) {
      const hash = graphHash(graph)
      if (graphs.has(hash)) return hash
      await queue(() => write.graphBlob.upsert({ where: { hash }, create: { hash, json: canonicalJson(graph) }, update: {} }))
      graphs.set(hash, graph)
      return hash
    },

    async loadGraph(hash) {
      const cached = graphs.get(hash)
      if (cached) return cached
      const row = await read.graphBlob.findUnique({ where: { hash } })
      if (!row) return undefined
      const graph = Graph.parse(JSON.parse(row.json))
      graphs.set(hash, graph)
      return graph
    },

    append(runId, facts, expectedSeq, after, lease) {
      return new Promise((resolve, reject) => {
        pending.push({ runId, facts, expectedSeq, after, lease, resolve, reject })
        schedule()
      })
    },

    mend(runId, run) {
      const right = summaryOf(runId, run)
      return queue(() => write.$transaction(async (tx) => {
        const row = await tx.run.findUnique({ where: { id: runId } })
        const last = await tx.runEvent.findFirst({ where: { runId }, orderBy: { seq: 'desc' }, select: { seq: true } })
        if (!row || last?.seq !== run.seq || readsAs(row, right)) return false
        // An append that came between has moved the row on: it is right again, or is found the next time.
        const { count } = await tx.run.updateMany({ where: { id: runId, seq: row.seq }, data: { ...rowOf(right), seq: right.seq } })
        return count > 0
      }))
    },

    async read(runId, after = 0, limit) {
      const rows = (await events.read(runId, after, limit)).map((row) => parseEvent(runId, row))
      const hashes = new Set(rows.flatMap(({ refs }) => (refs ? placesOf(refs).map(([, { hash }]) => hash) : [])))
      if (hashes.size === 0) return rows.map(({ event }) => event)
      const texts = await events.values(runId, [...hashes])
      if (texts.size < hashes.size) {
        // Retention took the run between the two looks.
        if (!(await read.run.findUnique({ where: { id: runId }, select: { id: true } }))) return []
        const broken = rows.find(({ refs }) => refs && placesOf(refs).some(([, { hash }]) => !texts.has(hash)))!
        throw new StoredEventInvalid(runId, broken.event.seq)
      }
      const values = new Map([...texts].map(([hash, text]) => [hash, JSON.parse(text) as Json]))
      return rows.map(({ event, refs }) => (refs ? withValues(event, new Map(placesOf(refs).map(([place, { hash }]) => [place, values.get(hash)]))) : event))
    },

    async readApart(runId, after = 0, limit) {
      return (await events.read(runId, after, limit)).map((row) => parseEvent(runId, row)).map(({ event, refs }) => (refs ? withRefs(event, refs) : event))
    },

    async largeValue(runId, hash) {
      return (await events.values(runId, [hash])).get(hash)
    },

    async find(runId) {
      const row = await read.run.findUnique({ where: { id: runId } })
      return row ? summaryOfRow(row) : undefined
    },

    async list(filter) {
      const limit = pageLimit(filter.limit)
      const rows = await read.run.findMany({ where: whereOf(filter), orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit + 1 })
      return pageOf(rows.map(summaryOfRow), limit, (run) => ({ at: run.createdAt, id: run.id }))
    },

    async unfinished() {
      const rows = await read.run.findMany({ where: { status: { in: ['queued', 'running', 'waiting'] } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], select: { id: true } })
      return rows.map((row) => row.id as RunId)
    },

    async ended(from, to, limit) {
      const rows = await read.run.findMany({ where: { finishedAt: { gte: from, lt: to } }, orderBy: [{ finishedAt: 'asc' }, { id: 'asc' }], take: limit })
      return rows.map(summaryOfRow)
    },

    async findKey(workflowId, key, since) {
      const row = await read.runKey.findFirst({ where: { workflowId, key, claimedAt: { gte: since } } })
      return row ? claimOfRow(row) : undefined
    },

    async claimKey({ at, ...claim }, since) {
      const where = { workflowId_key: { workflowId: claim.workflowId, key: claim.key } }
      const row = await queue(async () => {
        await write.runKey.deleteMany({ where: { claimedAt: { lt: since } } })
        try {
          return await write.runKey.create({ data: { ...claim, claimedAt: at } })
        } catch (error) {
          if (!isUniqueViolation(error)) throw error
          return write.runKey.findUniqueOrThrow({ where })
        }
      })
      return claimOfRow(row)
    },
  }
}

/** The row's event, null in the places that `refs` tell of. */
function parseEvent(runId: string, row: StoredEvent): { event: RunEvent; refs?: LargeRefs } {
  const { seq, recordedAt } = row
  const stored: unknown = JSON.parse(row.data)
  // Nearly all of a long log are pieces of text.
  const piece = textFactOf(stored)
  if (piece) return { event: Object.assign(piece, { seq, recordedAt }) }
  const fact = RunFact.safeParse(stored)
  if (!fact.success) throw new StoredEventInvalid(runId, seq)
  return { event: { ...fact.data, seq, recordedAt }, ...(row.large !== null && { refs: JSON.parse(row.large) as LargeRefs }) }
}

/** What other hands wrote into the row may not even parse. */
function readsAs(row: Run, right: RunSummary): boolean {
  try {
    return sameSummary(summaryOfRow(row), right)
  } catch {
    return false
  }
}

function claimOfRow({ runId, claimedAt, ...row }: RunKey): KeyClaim {
  return { ...row, runId: runId as RunId, at: claimedAt }
}

function whereOf({ workflowId, status, failure, parentRunId, cursor }: RunFilter) {
  const place = cursor === undefined ? undefined : decodeCursor(cursor)
  return {
    ...(workflowId !== undefined && { workflowId }),
    ...(status !== undefined && { status }),
    ...(failure !== undefined && { failure }),
    ...(parentRunId !== undefined && { parentRunId }),
    ...(place && { OR: [{ createdAt: { lt: place.at } }, { createdAt: place.at, id: { lt: place.id } }] }),
  }
}

function summaryOfRow(row: Run): RunSummary {
  return {
    id: row.id as RunId, workflowId: row.workflowId, workflowName: row.workflowName, version: row.version ?? 'draft',
    status: row.status as RunStatus, seq: row.seq, priority: row.priority, createdAt: row.createdAt,
    ...(row.parentRunId !== null && { parentRunId: row.parentRunId }),
    ...(row.forkedFrom !== null && { forkedFrom: row.forkedFrom }),
    ...(row.origin !== null && { origin: RunOrigin.parse(JSON.parse(row.origin)) }),
    ...(row.startedAt !== null && { startedAt: row.startedAt }),
    ...(row.finishedAt !== null && { finishedAt: row.finishedAt }),
    ...(row.error !== null && { error: row.error }),
    ...(row.failure !== null && { failure: FailureKind.parse(row.failure) }),
  }
}
