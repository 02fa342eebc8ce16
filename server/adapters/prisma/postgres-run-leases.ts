import 'server-only'
import { AGING_MS } from '@/domain/run/admit-runs'
import type { RunId } from '@/domain/run/run-event'
import type { Lease, RunLeases } from '@/server/ports/run-leases'
import type { StoreDatabase } from './store-database'

/** Epoch ms by the database's clock. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)'

/** Leases in a table of their own, each change one statement. Only PostgreSQL has several processes to tell apart. */
export function createPostgresRunLeases({ write: db }: Pick<StoreDatabase, 'write'>): RunLeases {
  return {
    async acquire(runId, owner, ttlMs) {
      const rows = await db.$queryRawUnsafe<{ epoch: number }[]>(
        `INSERT INTO "RunLease" ("runId", "owner", "epoch", "until") VALUES ($1, $2, 1, ${NOW} + $3::float8)
         ON CONFLICT ("runId") DO UPDATE SET "owner" = $2, "epoch" = "RunLease"."epoch" + 1, "until" = ${NOW} + $3::float8
         WHERE "RunLease"."until" <= ${NOW} OR "RunLease"."owner" = $2 RETURNING "epoch"`,
        runId, owner, ttlMs,
      )
      return rows[0] && { runId, owner, epoch: rows[0].epoch }
    },

    async renew(leases, ttlMs) {
      if (leases.length === 0) return []
      const rows = await db.$queryRawUnsafe<{ runId: string }[]>(`UPDATE "RunLease" SET "until" = ${NOW} + $1::float8 WHERE ${anyOf(leases)} RETURNING "runId"`, ttlMs, ...valuesOf(leases))
      const kept = new Set(rows.map(({ runId }) => runId))
      return leases.flatMap(({ runId }) => (kept.has(runId) ? [] : [runId]))
    },

    async release(leases) {
      if (leases.length > 0) await db.$executeRawUnsafe(`UPDATE "RunLease" SET "until" = $1::float8 WHERE ${anyOf(leases)}`, 0, ...valuesOf(leases))
    },

    async free(limit) {
      const rows = await db.$queryRawUnsafe<{ id: string }[]>(
        `SELECT r."id" FROM "Run" r LEFT JOIN "RunLease" l ON l."runId" = r."id" WHERE r."status" IN ('queued', 'running', 'waiting')
         AND (l."runId" IS NULL OR l."until" <= ${NOW}) ORDER BY r."createdAt" - r."priority" * ${AGING_MS}, r."createdAt", r."id" LIMIT $1::int`, limit,
      )
      return rows.map(({ id }) => id as RunId)
    },
  }
}

/** After one parameter of the statement's own. */
function anyOf(leases: readonly Lease[]): string {
  return leases.map((_, index) => `("runId" = $${3 * index + 2} AND "owner" = $${3 * index + 3} AND "epoch" = $${3 * index + 4}::int)`).join(' OR ')
}

const valuesOf = (leases: readonly Lease[]) => leases.flatMap(({ runId, owner, epoch }) => [runId, owner, epoch])
