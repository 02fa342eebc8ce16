import 'server-only'
import { statfs } from 'node:fs/promises'
import { cpus, freemem, totalmem } from 'node:os'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Clock } from '@/server/ports/clock'
import type { HostFigures } from '@/server/ports/profiler'
import { delayOf, LOOP_EVERY_MS } from './loop-delay'

const US_PER_MS = 1_000

/** Figures since its own last look: each who asks has one of his own. */
export function createHostGauge({ clock, dataDir }: { clock: Pick<Clock, 'now'>; dataDir: string }): { look: () => Promise<HostFigures>; stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: LOOP_EVERY_MS })
  delay.enable()
  const readings = () => ({ loop: performance.eventLoopUtilization(), machine: machineTimes(), process: process.cpuUsage(), at: performance.now() })
  let last = readings()

  return {
    async look() {
      const before = last
      const now = (last = readings())
      const loop = delayOf(delay, performance.eventLoopUtilization(now.loop, before.loop).utilization)
      delay.reset()
      const spent = now.process.user + now.process.system - before.process.user - before.process.system
      const passedMs = now.at - before.at
      const machineMs = now.machine.all - before.machine.all
      const { heapUsed, rss } = process.memoryUsage()
      const disk = await statfs(dataDir).catch(() => undefined)
      return {
        at: clock.now(), loop,
        cpu: { cores: cpus().length, ...(machineMs > 0 && { machineShare: (now.machine.busy - before.machine.busy) / machineMs }), ...(passedMs > 0 && { processCores: spent / US_PER_MS / passedMs }) },
        memory: { totalBytes: totalmem(), freeBytes: freemem(), residentBytes: rss, heapUsedBytes: heapUsed, heapLimitBytes: getHeapStatistics().heap_size_limit },
        ...(disk && { disk: { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize } }),
      }
    },
    stop: () => void delay.disable(),
  }
}

function machineTimes(): { busy: number; all: number } {
  let busy = 0
  let all = 0
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle
    all += sum
    busy += sum - times.idle
  }
  return { busy, all }
}
