import 'server-only'
import type { RunId } from '@/domain/run/run-event'
import type { CommandOutcome, PersonCommand, RunCommands } from '@/server/ports/run-commands'
import type { StoreDatabase } from './store-database'

/** Commands as rows; what was settled goes with its run. */
export function createPostgresRunCommands({ write: db }: Pick<StoreDatabase, 'write'>): RunCommands {
  return {
    async leave(id, runId, command, now) {
      await db.runCommand.create({ data: { id, runId, command: JSON.stringify(command), createdAt: now } })
    },
    async pending(runIds) {
      if (runIds.length === 0) return []
      const rows = await db.runCommand.findMany({ where: { runId: { in: [...runIds] }, outcome: null }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
      return rows.map((row) => ({ id: row.id, runId: row.runId as RunId, command: JSON.parse(row.command) as PersonCommand }))
    },
    async settle(id, outcome) {
      await db.runCommand.updateMany({ where: { id, outcome: null }, data: { outcome: JSON.stringify(outcome) } })
    },
    async outcome(id) {
      const row = await db.runCommand.findUnique({ where: { id }, select: { outcome: true } })
      return row?.outcome ? (JSON.parse(row.outcome) as CommandOutcome) : undefined
    },
  }
}
