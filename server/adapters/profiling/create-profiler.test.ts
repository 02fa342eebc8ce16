import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hotFunctions, type RecordedCall } from '@/domain/profile/profile'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createHostGauge } from './create-host-gauge'
import { createProfiler } from './create-profiler'

const root = join(import.meta.dirname, '../../..')
const profiler = createProfiler({ clock: createSystemClock(), root })
const gauge = createHostGauge({ clock: createSystemClock(), dataDir: tmpdir() })

function burnAway(until: number): number {
  let sum = 0
  while (performance.now() < until) for (let index = 0; index < 1e4; index++) sum += Math.sqrt(index)
  return sum
}
const kept: number[][] = []
function allocateLots(): void {
  for (let index = 0; index < 200; index++) kept.push(new Array<number>(10_000).fill(index))
}
/** Until the recording that was begun is under way. */
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const holds = (call: RecordedCall, test: (call: RecordedCall) => boolean): boolean => test(call) || call.calls.some((inner) => holds(inner, test))

describe('the profiler', () => {
  test('names the function that takes the CPU, and how long the loop was held', async () => {
    const stop = new AbortController()
    const recording = profiler.record('cpu', 60_000, stop.signal)
    await soon(100)
    burnAway(performance.now() + 400)
    await soon(30)
    stop.abort()
    const { root: calls, loop, tookMs, kind } = await recording
    expect(kind).toBe('cpu')
    const hottest = hotFunctions(calls, tookMs)[0]!
    expect(hottest.name).toBe('burnAway')
    expect(hottest.place).toMatch(/^server\/adapters\/profiling\/create-profiler\.test\.ts:\d+$/)
    // Starting the recording is no work of the server.
    expect(holds(calls, (call) => call.place.startsWith('node:inspector'))).toBe(false)
    expect(loop.maxMs).toBeGreaterThan(200)
    expect(loop.busyShare).toBeGreaterThan(0)
  })

  test('names the function that allocates', async () => {
    const stop = new AbortController()
    const recording = profiler.record('heap', 60_000, stop.signal)
    await soon(100)
    allocateLots()
    stop.abort()
    const { root: calls } = await recording
    expect(holds(calls, (call) => call.name === 'allocateLots')).toBe(true)
    expect(kept).toHaveLength(200)
  })

  test('tells what machine and process are at', async () => {
    const { cpu, memory, disk, loop } = await gauge.look()
    expect(cpu.cores).toBeGreaterThan(0)
    for (const share of [cpu.machineShare ?? 0, loop.busyShare]) expect(share).toBeGreaterThanOrEqual(0)
    expect(memory.freeBytes).toBeLessThanOrEqual(memory.totalBytes)
    expect(memory.heapUsedBytes).toBeLessThan(memory.heapLimitBytes)
    expect(disk!.freeBytes).toBeLessThanOrEqual(disk!.totalBytes)
  })
})
