import type { LoopDelay, Profiler } from '@/server/ports/profiler'

const loop: LoopDelay = { meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, busyShare: 0 }

/** For tests of other things: nothing happens, and takes no time. */
export function createQuietProfiler(): Profiler {
  return {
    record: (kind) => Promise.resolve({ kind, startedAt: 0, tookMs: 0, root: { name: '(root)', place: '', own: 0, calls: [] }, loop }),
    figures: () => Promise.resolve({ at: 0, cpu: { cores: 1 }, memory: { totalBytes: 1, freeBytes: 1, residentBytes: 0, heapUsedBytes: 0, heapLimitBytes: 1 }, loop }),
  }
}
