import type { FleetBucket } from '@/domain/metric/fleet-samples'
import type { SampleBucket, SampleStore } from '@/server/ports/sample-store'

const AT_ONCE = 1_000

export type MemorySampleStore = SampleStore & {
  /** What retention needs beside the port: all, by time. */
  all(): SampleBucket[]
  forget(bucket: SampleBucket): void
}

/** Samples for tests. */
export function createMemorySampleStore(): MemorySampleStore {
  const buckets = new Map<string, SampleBucket>()
  const marks = new Map<string, number>()
  const keyOf = ({ kind, stepMs, at, subject }: SampleBucket): string => JSON.stringify([kind, stepMs, at, subject])
  return {
    async write(given, { name, from, to }) {
      if (marks.get(name) !== from) return false
      marks.set(name, to)
      for (const bucket of given) buckets.set(keyOf(bucket), structuredClone(bucket))
      return true
    },
    read: async ({ kind, stepMs, from, to, subjects }) => [...buckets.values()]
      .filter((one) => one.kind === kind && one.stepMs === stepMs && one.at >= from && one.at < to && (subjects === undefined || subjects.includes(one.subject)))
      .sort((a, b) => a.at - b.at || (a.subject < b.subject ? -1 : 1))
      .map((one) => structuredClone(one)),
    mark: async (name) => marks.get(name),
    all: () => [...buckets.values()].sort((a, b) => a.at - b.at),
    forget: (bucket) => void buckets.delete(keyOf(bucket)),
    async deleteSome(stepMs, before) {
      const old = [...buckets.values()].filter((one) => one.stepMs === stepMs && one.at < before).sort((a, b) => a.at - b.at).slice(0, AT_ONCE)
      for (const one of old) buckets.delete(keyOf(one))
      return old.length
    },
  }
}

/** Samples of a server that has none. */
export function createNoSamples() {
  return { samples: createMemorySampleStore(), openFleet: () => ({ at: 0, buckets: new Map<string, FleetBucket>() }) }
}
