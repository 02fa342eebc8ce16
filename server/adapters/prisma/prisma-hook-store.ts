import 'server-only'
import type { Hook } from '@/domain/trigger/hook'
import { KEPT_DELIVERIES, type HookStore } from '@/server/ports/hook-store'
import type { Hook as HookRow } from './generated/client'
import type { StoreDatabase } from './store-database'
import { versionOf, versionText } from './version-text'

/** Webhooks and their newest calls. */
export function createPrismaHookStore({ read, write, queue }: StoreDatabase): HookStore {
  return {
    async create({ version, ...rest }) {
      await queue(() => write.hook.create({ data: { ...rest, version: versionText(version) } }))
    },
    async find(id) {
      const row = await read.hook.findUnique({ where: { id } })
      return row ? hookOf(row) : undefined
    },
    async list(workflowId) {
      return (await read.hook.findMany({ where: { workflowId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })).map(hookOf)
    },
    update(id, { version, ...rest }) {
      return queue(async () => {
        const { count } = await write.hook.updateMany({ where: { id }, data: { ...rest, ...(version !== undefined && { version: versionText(version) }) } })
        return count === 0 ? undefined : hookOf(await write.hook.findUniqueOrThrow({ where: { id } }))
      })
    },
    async remove(id) {
      const { count } = await queue(() => write.hook.deleteMany({ where: { id } }))
      return count > 0
    },
    async record(delivery) {
      const { hookId } = delivery
      const alike = { hookId, status: delivery.status >= 400 ? { gte: 400 } : { lt: 400 } }
      await queue(() => write.$transaction(async (tx) => {
        if (!(await tx.hook.findUnique({ where: { id: hookId }, select: { id: true } }))) return
        await tx.hookDelivery.create({ data: delivery })
        const old = await tx.hookDelivery.findMany({ where: alike, orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }], skip: KEPT_DELIVERIES, select: { id: true } })
        if (old.length > 0) await tx.hookDelivery.deleteMany({ where: { id: { in: old.map((row) => row.id) } } })
      }))
    },
    deliveries: (id, limit) => read.hookDelivery.findMany({ where: { hookId: id }, orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }], take: limit }),
  }
}

function hookOf({ version, ...row }: HookRow): Hook {
  return { ...row, version: versionOf(version) }
}
