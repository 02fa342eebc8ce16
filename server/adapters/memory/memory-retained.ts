import { NO_BOUNDS, type Limit } from '@/domain/retention/retention-policy'
import type { RunEvent } from '@/domain/run/run-event'
import { FINISHED } from '@/domain/run/run-state'
import type { LogLine } from '@/server/ports/log-store'
import { partLarge } from '@/server/ports/large-values'
import type { Excess, Retained, RetainedKinds, SettingStore } from '@/server/ports/retained'
import type { SnapshotStore } from '@/server/ports/run-log'
import type { MemoryRunLog } from './memory-run-log'
import type { MemorySampleStore } from './memory-sample-store'

/** As many as go at once. */
const BATCH = 10

/** Retention over stores in memory, for tests. */
export function createMemoryRetained({ runLog, snapshots, lines, samples }: { runLog: MemoryRunLog; snapshots: SnapshotStore; lines: LogLine[]; samples: MemorySampleStore }): RetainedKinds {
  const runs = async () => {
    const finished = runLog.runs().filter((run) => FINISHED.includes(run.status) && run.finishedAt !== undefined)
    const named = await Promise.all(finished.map(async (run) => (await snapshots.list(run.id)).some((snapshot) => snapshot.name !== undefined)))
    const deletable = finished.filter((_, index) => !named[index]).map(({ id, finishedAt }) => ({ id, at: finishedAt! })).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    const held = await Promise.all(deletable.map(async ({ id }) => valuesOf(await runLog.read(id))))
    return Promise.all(deletable.map(async (run, index) => {
      const later = new Set(held.slice(index + 1).flatMap((values) => values.map(({ hash }) => hash)))
      const own = new Map(held[index]!.filter(({ hash }) => !later.has(hash)).map((value) => [value.hash, value.bytes]))
      const bytes = (await runLog.readApart(run.id)).reduce((sum, { seq: _seq, recordedAt: _at, ...fact }) => sum + sizeOf(fact), 0)
      return { ...run, bytes, values: [...own.values()] }
    }))
  }
  return {
    runs: retained(runs, async ({ id }) => {
      for (const snapshot of await snapshots.list(id)) await snapshots.remove(snapshot.id)
      runLog.forget(id)
    }),
    logs: retained(() => Promise.resolve(lines.map((line) => ({ at: line.at, bytes: sizeOf(line), line }))), ({ line }) => Promise.resolve(void lines.splice(lines.indexOf(line), 1))),
    samples: retained(() => Promise.resolve(samples.all().map((bucket) => ({ at: bucket.at, bytes: sizeOf(bucket), bucket }))), ({ bucket }) => Promise.resolve(samples.forget(bucket)), (items) => items[0]?.at),
  }
}

const sizeOf = (value: unknown): number => JSON.stringify(value).length
const valuesOf = (events: readonly RunEvent[]) => events.flatMap((event) => partLarge(event)?.values ?? [])

type Item = { at: number; bytes: number; /** Bytes of large values that go with it. */ values?: readonly number[] }

/** @param all oldest first @param wholeFrom of the first that are kept: from when on all stay */
function retained<T extends Item>(all: () => Promise<T[]>, remove: (item: T) => Promise<void>, wholeFrom?: (kept: readonly T[]) => number | undefined): Retained {
  const sumOf = (items: readonly T[]): number => items.reduce((sum, { bytes, values = [] }) => sum + bytes + values.reduce((a, b) => a + b, 0), 0)
  const beyond = async ({ olderThan = -Infinity, keep = Infinity, maxBytes = Infinity }: Limit) => {
    const items = await all()
    const behind = items.filter((_, index) => items.length - index > keep || sumOf(items.slice(index)) > maxBytes)
    const from = wholeFrom?.(items.slice(behind.length)) ?? Infinity
    const isGone = (item: T, index: number) => item.at < olderThan || (index < behind.length && item.at < from)
    return { gone: items.filter(isGone), stays: items.filter((item, index) => !isGone(item, index)) }
  }
  return {
    async excess(limit): Promise<Excess> {
      const { gone, stays } = await beyond(limit)
      const values = gone.flatMap((item) => item.values ?? [])
      const bytes = values.reduce((a, b) => a + b, 0)
      return {
        count: gone.length, stays: stays.length, bytes: sumOf(gone) - bytes, staysBytes: sumOf(stays),
        ...([...gone, ...stays].some((item) => item.values) && { values: { count: values.length, bytes } }),
        ...(gone.length > 0 && { oldest: gone[0]!.at, newest: gone.at(-1)!.at }),
      }
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
  const none: Retained = { excess: () => Promise.resolve({ count: 0, stays: 0, bytes: 0, staysBytes: 0 }), deleteSome: () => Promise.resolve(0) }
  return { retained: { runs: none, logs: none, samples: none }, settings: createMemorySettingStore(), clock: { now: () => 0 }, logger: () => undefined, atFirst: { on: false, runs: NO_BOUNDS, logs: NO_BOUNDS, samples: NO_BOUNDS }, onSet: () => undefined }
}
