import type { ServerFiguresBody } from '@/wire/server'

export type Level = 'fine' | 'high' | 'critical'
type Measured = 'cpu' | 'memory' | 'heap' | 'disk' | 'loop'

/** From where on a figure is marked. A held event loop delays every stream; a full disk stops every append. */
const FROM: Record<Measured, readonly [high: number, critical: number]> = { cpu: [0.85, 0.97], memory: [0.9, 0.97], heap: [0.8, 0.92], disk: [0.85, 0.95], loop: [100, 500] }

/** What is not known is fine. */
export function hostLevels({ cpu, memory, disk, loop }: Pick<ServerFiguresBody, 'cpu' | 'memory' | 'disk' | 'loop'>): Record<Measured, Level> {
  return {
    cpu: levelOf('cpu', cpu.machineShare),
    memory: levelOf('memory', 1 - memory.freeBytes / memory.totalBytes),
    heap: levelOf('heap', memory.heapUsedBytes / memory.heapLimitBytes),
    disk: levelOf('disk', disk && 1 - disk.freeBytes / disk.totalBytes),
    loop: levelOf('loop', loop.p99Ms),
  }
}

function levelOf(what: Measured, value: number | undefined): Level {
  const [high, critical] = FROM[what]
  if (value === undefined || value < high) return 'fine'
  return value < critical ? 'high' : 'critical'
}
