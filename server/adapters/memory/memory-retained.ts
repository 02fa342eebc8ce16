import type { Limit } from '@/domain/retention/retention-policy'
import { FINISHED } from '@/domain/run/run-state'
import type { LogLine } from '@/server/ports/log-store'
import type { Excess, Retained, RetainedKinds, SettingStore } from '@/server/ports/retained'
import type { SnapshotStore } from '@/server/ports/run-log'
import type { MemoryRunLog } from './memory-run-log'

/** As many as go at once. */
const BATCH = 10

/** Retention over stores in memory, for tests. */
export function createMemoryRetained({ runLog, snapshots, lines }: { runLog: MemoryRunLog; snapshots: SnapshotStore; lines: LogLine[] }): RetainedKinds {
  const runs = async () => {
    const finished = runLog.runs().filter((run) => FINISHED.includes(run.status) && run.finishedAt !== undefined)
    const named = await Promise.all(finished.map(async (run) => (await snapshots.list(run.id)).some((snapshot) => snapshot.name !== undefined)))
    return finished.filter((_, index) => !named[index]).map(({ id, finishedAt }) => ({ id, at: finishedAt! })).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }
  return {
    runs: retained(runs, async ({ id }) => {
      for (const snapshot of await snapshots.list(id)) await snapshots.remove(snapshot.id)
      runLog.forget(id)
    }),
    logs: retained(() => Promise.resolve(lines), (line) => Promise.resolve(void lines.splice(lines.indexOf(line), 1))),
  }
}

/** @param all oldest first */
function retained<T extends { at: number }>(all: () => Promise<T[]>, remove: (item: T) => Promise<void>): Retained {
  const beyond = async ({ olderThan = -Infinity, keep = Infinity }: Limit) => {
    const items = await all()
    return { items, gone: items.filter((item, index) => item.at < olderThan || items.length - index > keep) }
  }
  return {
    async excess(limit): Promise<Excess> {
      const { items, gone } = await beyond(limit)
      return { count: gone.length, stays: items.length - gone.length, ...(gone.length > 0 && { oldest: gone[0]!.at, newest: gone.at(-1)!.at }) }
    },
    async deleteSome(limit) {
      const some = (await beyond(limit)).gone.slice(0, BATCH)
      for (const item of some) await remove(item)
      return some.length
    },
  }
}

export function createMemorySettingStore(): SettingStore {
  const settings = new Map<string, unknown>()
  return { read: async (name) => structuredClone(settings.get(name)), write: async (name, value) => void settings.set(name, structuredClone(value)) }
}

/** For tests that have nothing to keep or delete. */
export function createNoRetention() {
  const none: Retained = { excess: () => Promise.resolve({ count: 0, stays: 0 }), deleteSome: () => Promise.resolve(0) }
  const all = { maxAgeDays: null, maxCount: null }
  return { retained: { runs: none, logs: none }, settings: createMemorySettingStore(), clock: { now: () => 0 }, logger: () => undefined, atFirst: { on: false, runs: all, logs: all }, onSet: () => undefined }
}
