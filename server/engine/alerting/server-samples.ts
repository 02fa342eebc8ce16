import type { ServerSample } from '@/domain/alert/rule-readings'
import type { HostFigures } from '@/server/ports/profiler'

/** What the server is asked at each look. `messages`: between agents, that nobody has read yet; undefined where another process keeps them. */
export type ServerLook = { host: HostFigures; queuedRuns: number; messages: number | undefined }

/** What is not known here is absent, not zero. */
export function serverSample({ host: { cpu, memory, disk, loop }, queuedRuns, messages }: ServerLook, at: number): ServerSample {
  const shares = {
    cpu: cpu.machineShare, memory: usedOf(memory.freeBytes, memory.totalBytes), heap: shareOf(memory.heapUsedBytes, memory.heapLimitBytes),
    disk: disk && usedOf(disk.freeBytes, disk.totalBytes), messages,
  }
  return { at, loopDelay: loop.p99Ms, queuedRuns, ...Object.fromEntries(Object.entries(shares).filter(([, value]) => value !== undefined)) }
}

function shareOf(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined
}

function usedOf(free: number, total: number): number | undefined {
  return shareOf(total - free, total)
}
