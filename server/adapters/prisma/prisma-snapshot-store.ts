import 'server-only'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import type { Snapshot, SnapshotStore } from '@/server/ports/run-log'
import type { StoreDatabase } from './store-database'

type Row = { id: string; runId: string; seq: number; name: string | null; createdAt: number; state: string }

/** Snapshots as JSON text. Losing them loses nothing: they are folded again from the log. */
export function createPrismaSnapshotStore({ read, write, queue }: StoreDatabase): SnapshotStore {
  return {
    async save({ id, runId, seq, name, createdAt, state }) {
      const data = { runId, seq, name: name ?? null, createdAt, state: JSON.stringify(state) }
      await queue(() => write.snapshot.upsert({ where: { id }, create: { id, ...data }, update: data }))
    },
    async list(runId) {
      const rows = await read.snapshot.findMany({ where: { runId }, orderBy: [{ seq: 'asc' }, { id: 'asc' }], omit: { state: true } })
      return rows.map(headOf)
    },
    async find(id) {
      const row = await read.snapshot.findUnique({ where: { id } })
      return row ? withState(row) : undefined
    },
    async newest(runId, seq) {
      const row = await read.snapshot.findFirst({ where: { runId, seq: { lte: seq } }, orderBy: [{ seq: 'desc' }, { id: 'desc' }] })
      return row ? withState(row) : undefined
    },
    async remove(id) {
      const { count } = await queue(() => write.snapshot.deleteMany({ where: { id } }))
      return count > 0
    },
  }
}

function headOf(row: Omit<Row, 'state'>): Snapshot {
  return { id: row.id, runId: row.runId as RunId, seq: row.seq, createdAt: row.createdAt, ...(row.name !== null && { name: row.name }) }
}

function withState(row: Row): Snapshot & { state: RunState } {
  // One that an older version kept lacks what was added since.
  return { ...headOf(row), state: { ...emptyRun, ...(JSON.parse(row.state) as Partial<RunState>) } }
}
