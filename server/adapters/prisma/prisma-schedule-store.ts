import 'server-only'
import type { Json } from '@/domain/json'
import type { Fire, FireOutcome, MissedPolicy, OverlapPolicy, Schedule } from '@/domain/trigger/schedule'
import { KEPT_FIRES, type ScheduleChange, type ScheduleStore } from '@/server/ports/schedule-store'
import type { Schedule as ScheduleRow, ScheduleFire as FireRow } from './generated/client'
import type { Tx } from './sqlite-client'
import type { StoreDatabase } from './store-database'
import { versionOf, versionText } from './version-text'

/** Schedules and their fires. Deciding is a compare and set in one transaction with what was decided. */
export function createPrismaScheduleStore({ read, write, queue }: StoreDatabase): ScheduleStore {
  return {
    async create({ input, version, ...rest }) {
      await queue(() => write.schedule.create({ data: { ...rest, input: JSON.stringify(input), version: versionText(version) } }))
    },
    async find(id) {
      const row = await read.schedule.findUnique({ where: { id } })
      return row ? scheduleOf(row) : undefined
    },
    async list(workflowId) {
      return (await read.schedule.findMany({ where: { workflowId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })).map(scheduleOf)
    },
    update(id, change) {
      return queue(async () => {
        const { count } = await write.schedule.updateMany({ where: { id }, data: columnsOf(change) })
        if (count === 0) return undefined
        return scheduleOf(await write.schedule.findUniqueOrThrow({ where: { id } }))
      })
    },
    async remove(id) {
      const { count } = await queue(() => write.schedule.deleteMany({ where: { id } }))
      return count > 0
    },
    async due(now) {
      return (await read.schedule.findMany({ where: { enabled: true, nextAt: { lte: now } }, orderBy: [{ nextAt: 'asc' }, { id: 'asc' }] })).map(scheduleOf)
    },
    async nextAt() {
      const row = await read.schedule.findFirst({ where: { enabled: true, nextAt: { not: null } }, orderBy: { nextAt: 'asc' }, select: { nextAt: true } })
      return row?.nextAt ?? undefined
    },
    decide({ id, nextAt, updatedAt }, decision) {
      return queue(() => write.$transaction(async (tx) => {
        const { count } = await tx.schedule.updateMany({ where: { id, enabled: true, nextAt, updatedAt }, data: { nextAt: decision.nextAt } })
        if (count === 0) return false
        await tx.scheduleFire.createMany({ data: decision.fires.map(({ outcome, ...fire }) => ({ ...fire, kind: outcome.kind, outcome: JSON.stringify(outcome) })) })
        await forgetOld(tx, id)
        return true
      }))
    },
    async unsettled() {
      const rows = await read.scheduleFire.findMany({ where: { kind: 'due' }, orderBy: [{ at: 'asc' }, { scheduleId: 'asc' }], include: { schedule: true } })
      return rows.map((row) => ({ fire: fireOf(row), schedule: scheduleOf(row.schedule) }))
    },
    async settle({ scheduleId, at }, outcome) {
      await queue(() => write.scheduleFire.updateMany({ where: { scheduleId, at, kind: 'due' }, data: { kind: outcome.kind, outcome: JSON.stringify(outcome) } }))
    },
    async lastRun(id) {
      const row = await read.scheduleFire.findFirst({ where: { scheduleId: id, kind: { in: ['due', 'started'] } }, orderBy: { at: 'desc' } })
      return row ? fireOf(row) : undefined
    },
    async fires(id, limit) {
      return (await read.scheduleFire.findMany({ where: { scheduleId: id }, orderBy: { at: 'desc' }, take: limit })).map(fireOf)
    },
  }
}

async function forgetOld(tx: Tx, scheduleId: string): Promise<void> {
  const [last] = await tx.scheduleFire.findMany({ where: { scheduleId }, orderBy: { at: 'desc' }, skip: KEPT_FIRES - 1, take: 1, select: { at: true } })
  if (last) await tx.scheduleFire.deleteMany({ where: { scheduleId, at: { lt: last.at }, kind: { not: 'due' } } })
}

function columnsOf({ input, version, ...rest }: ScheduleChange) {
  return { ...rest, ...(input !== undefined && { input: JSON.stringify(input) }), ...(version !== undefined && { version: versionText(version) }) }
}

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    ...row, input: JSON.parse(row.input) as Json, missed: row.missed as MissedPolicy, overlap: row.overlap as OverlapPolicy,
    version: versionOf(row.version),
  }
}

function fireOf({ scheduleId, at, decidedAt, outcome }: FireRow): Fire {
  return { scheduleId, at, decidedAt, outcome: JSON.parse(outcome) as FireOutcome }
}
