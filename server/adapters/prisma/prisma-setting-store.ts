import 'server-only'
import type { Clock } from '@/server/ports/clock'
import type { SettingStore } from '@/server/ports/retained'
import type { StoreDatabase } from './store-database'

export function createPrismaSettingStore({ read, write, queue }: StoreDatabase, clock: Pick<Clock, 'now'>): SettingStore {
  return {
    async read(name) {
      const row = await read.setting.findUnique({ where: { name } })
      return row ? (JSON.parse(row.json) as unknown) : undefined
    },
    async write(name, value) {
      const row = { json: JSON.stringify(value), updatedAt: clock.now() }
      await queue(() => write.setting.upsert({ where: { name }, create: { name, ...row }, update: row }))
    },
  }
}
