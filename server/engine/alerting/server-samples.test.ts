import { expect, test } from 'vitest'
import type { HostFigures } from '@/server/ports/profiler'
import { serverSample } from './server-samples'

const host: HostFigures = {
  at: 5, cpu: { cores: 2, machineShare: 0.4, processCores: 0.3 }, memory: { totalBytes: 1_000, freeBytes: 250, residentBytes: 90, heapUsedBytes: 30, heapLimitBytes: 120 },
  disk: { totalBytes: 400, freeBytes: 40 }, loop: { meanMs: 1, p50Ms: 1, p99Ms: 12, maxMs: 80, busyShare: 0.2 },
}

test('shares are of what is in use, the delay is that of 99 looks in 100', () => {
  expect(serverSample({ host, queuedRuns: 3, messages: 7 }, 9)).toEqual({ at: 9, cpu: 0.4, memory: 0.75, heap: 0.25, disk: 0.9, loopDelay: 12, queuedRuns: 3, messages: 7 })
})

test('what is not known here is absent, not zero', () => {
  const { disk: _, ...diskless } = host
  expect(serverSample({ host: { ...diskless, cpu: { cores: 2 } }, queuedRuns: 0, messages: undefined }, 9)).toEqual({ at: 9, memory: 0.75, heap: 0.25, loopDelay: 12, queuedRuns: 0 })
})
