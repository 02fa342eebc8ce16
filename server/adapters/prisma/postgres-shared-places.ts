import 'server-only'
import { z } from 'zod'
import { admitRuns, type QueuedRun } from '@/domain/run/admit-runs'
import type { PlaceRules, SharedPlaces } from '@/server/ports/shared-places'
import type { Db, Tx } from './sqlite-client'
import type { StoreDatabase } from './store-database'

/** Any number, as long as every Heddle takes the same and duty and migrations others. */
const LOCK = 4_839_203
/** Epoch ms by the database's clock. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)'
const HELD = `EXISTS (SELECT 1 FROM "RunLease" l WHERE l."runId" = p."runId" AND l."owner" = p."owner" AND l."until" > ${NOW})`
const Models = z.array(z.string())

type Row = { id: string; runId: string; owner: string; workflowId: string; models: string; priority: number; queuedAt: number; begun: boolean; placed: boolean }

/** Claims as rows; whoever exchanges decides for all, one after the other under an advisory lock. */
export function createPostgresSharedPlaces({ write: db }: Pick<StoreDatabase, 'write'>): SharedPlaces {
  return {
    exchange: (owner, claims, rules) => db.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SELECT pg_advisory_xact_lock($1::bigint)', LOCK)
      const stored = new Set((await tx.runPlace.findMany({ where: { owner }, select: { id: true } })).map(({ id }) => id))
      const fresh = claims.filter(({ id }) => !stored.delete(id))
      if (stored.size > 0) await tx.runPlace.deleteMany({ where: { id: { in: [...stored] } } })
      if (fresh.length > 0) await tx.runPlace.createMany({ data: fresh.map(({ id, placed, run: { id: runId, models, ...run } }) => ({ id, runId, owner, models: JSON.stringify(models), placed, ...run })) })
      await tx.$executeRawUnsafe(`DELETE FROM "RunPlace" p WHERE NOT ${HELD}`)
      const rows = await heldRows(tx)
      const starting = new Set(admission(rows, rules).start)
      const started = rows.filter((row) => !row.placed && starting.delete(row.runId))
      if (started.length > 0) await tx.runPlace.updateMany({ where: { id: { in: started.map(({ id }) => id) } }, data: { placed: true } })
      const mine = new Set(started.map(({ id }) => id))
      return { placed: rows.flatMap((row) => (row.owner === owner && (row.placed || mine.has(row.id)) ? [row.id] : [])), others: started.some((row) => row.owner !== owner) }
    }),
    line: async (rules) => admission(await heldRows(db), rules).waiting,
  }
}

function heldRows(db: Pick<Db | Tx, '$queryRawUnsafe'>): Promise<Row[]> {
  return db.$queryRawUnsafe<Row[]>(`SELECT p.* FROM "RunPlace" p WHERE ${HELD}`)
}

function admission(rows: readonly Row[], { limits, paused, now }: PlaceRules) {
  const runs = (placed: boolean) => rows.flatMap((row): QueuedRun[] => (row.placed === placed ? [{ id: row.runId, workflowId: row.workflowId, models: Models.parse(JSON.parse(row.models)), priority: row.priority, queuedAt: row.queuedAt, begun: row.begun }] : []))
  return admitRuns(runs(false), runs(true), limits, paused, now)
}
