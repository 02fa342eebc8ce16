import 'server-only'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import type { Snapshot, SnapshotStore } from '@/server/ports/run-log'
import { rowPlaces, ROWS_A_STATEMENT } from './row-places'
import type { StoreDatabase } from './store-database'

type Row = { id: string; runId: string; seq: number; name: string | null; createdAt: number; state: string }

type Pending = { row: Row; resolve: () => void; reject: (error: unknown) => void }

/**
 * How long an automatic snapshot waits for others to be written with: a run that takes many steps a second would otherwise
 * wait for the disk once more at each of them.
 */
const GATHER_MS = 200
const COLUMN_TYPES = ['text', 'text', 'int', 'text', 'float8', 'text']

/**
 * Snapshots as JSON text. Losing them loses nothing: they are folded again from the log. So those that nobody named are
 * gathered for a moment and written together; whoever reads finds them all the same.
 */
export function createPrismaSnapshotStore({ read, write, queue, dialect }: StoreDatabase): SnapshotStore & { /** Writes what has been gathered. */ flush(): Promise<void> } {
  let gathered: Pending[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    // Also behind a flush under way, which took what was there before.
    await queue(async () => {
      const batch = gathered
      gathered = []
      await putAll(batch)
    })
  }

  /** Where one cannot be written, its run being deleted, the others are. */
  async function putAll(batch: readonly Pending[]): Promise<void> {
    try {
      await put(batch.map(({ row }) => row))
      batch.forEach(({ resolve }) => resolve())
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await putAll([one])
      else batch.forEach(({ reject }) => reject(error))
    }
  }

  /** Of rows with one id the last one stands. */
  async function put(rows: readonly Row[]): Promise<void> {
    const last = [...new Map(rows.map((row) => [row.id, row])).values()]
    for (let start = 0; start < last.length; start += ROWS_A_STATEMENT) {
      const some = last.slice(start, start + ROWS_A_STATEMENT)
      await write.$executeRawUnsafe(
        `INSERT INTO "Snapshot" ("id", "runId", "seq", "name", "createdAt", "state") VALUES ${rowPlaces(dialect, some.length, COLUMN_TYPES)}
         ON CONFLICT ("id") DO UPDATE SET "runId" = excluded."runId", "seq" = excluded."seq", "name" = excluded."name", "createdAt" = excluded."createdAt", "state" = excluded."state"`,
        ...some.flatMap((row) => [row.id, row.runId, row.seq, row.name, row.createdAt, row.state]),
      )
    }
  }

  return {
    save({ id, runId, seq, name, createdAt, state }) {
      return new Promise((resolve, reject) => {
        gathered.push({ row: { id, runId, seq, name: name ?? null, createdAt, state: state ? JSON.stringify(state) : '' }, resolve, reject })
        // A person waits for one with a name.
        if (name !== undefined) void flush()
        else timer ??= setTimeout(() => void flush(), GATHER_MS)
      })
    },
    flush,
    async list(runId) {
      await flush()
      const rows = await read.snapshot.findMany({ where: { runId }, orderBy: [{ seq: 'asc' }, { id: 'asc' }], omit: { state: true } })
      return rows.map(headOf)
    },
    async find(id) {
      await flush()
      const row = await read.snapshot.findUnique({ where: { id } })
      return row ? withState(row) : undefined
    },
    async prune(runId, keep) {
      const old = await read.snapshot.findMany({ where: { runId, name: null }, orderBy: [{ seq: 'desc' }, { id: 'desc' }], skip: keep, select: { id: true } })
      if (old.length > 0) await queue(() => write.snapshot.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } }))
    },
    async remove(id) {
      await flush()
      const { count } = await queue(() => write.snapshot.deleteMany({ where: { id } }))
      return count > 0
    },
  }
}

function headOf(row: Omit<Row, 'state'>): Snapshot {
  return { id: row.id, runId: row.runId as RunId, seq: row.seq, createdAt: row.createdAt, ...(row.name !== null && { name: row.name }) }
}

function withState(row: Row): Snapshot {
  if (row.state === '') return headOf(row)
  // One that an older version kept lacks what was added since.
  try {
    return { ...headOf(row), state: { ...emptyRun, ...(JSON.parse(row.state) as Partial<RunState>) } }
  } catch {
    return { ...headOf(row), unreadable: true }
  }
}
