import { expect, test } from 'vitest'
import { hostLevels } from './host-levels'

const loop = { meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, busyShare: 0 }
const memory = { totalBytes: 100, freeBytes: 50, residentBytes: 1, heapUsedBytes: 10, heapLimitBytes: 100 }

test('marks what is scarce, and nothing that is not known', () => {
  expect(hostLevels({ cpu: { cores: 2 }, memory, loop })).toEqual({ cpu: 'fine', memory: 'fine', heap: 'fine', disk: 'fine', loop: 'fine' })
  expect(hostLevels({ cpu: { cores: 2, machineShare: 0.9 }, memory: { ...memory, freeBytes: 1, heapUsedBytes: 85 }, disk: { totalBytes: 100, freeBytes: 2 }, loop: { ...loop, p99Ms: 100 } })).toEqual({ cpu: 'high', memory: 'critical', heap: 'high', disk: 'critical', loop: 'high' })
})
