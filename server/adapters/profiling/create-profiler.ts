import 'server-only'
import { findSourceMap } from 'node:module'
import { relative } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { HeapProfiler, Profiler as Cpu, Runtime } from 'node:inspector'
import type { RecordedCall } from '@/domain/profile/profile'
import type { Clock } from '@/server/ports/clock'
import type { Profiler, Recording } from '@/server/ports/profiler'
import { delayOf, LOOP_EVERY_MS } from './loop-delay'

/** Often enough to see functions of a millisecond, seldom enough to slow nothing noticeably. */
const CPU_EVERY_US = 500
const HEAP_EVERY_BYTES = 32_768
const US_PER_MS = 1_000

/** @param root of the project: places are told from there */
export function createProfiler({ clock, root }: { clock: Clock; root: string }): Pick<Profiler, 'record'> {
  return {
    async record(kind, forMs, stop) {
      // Loaded only where asked for: an inspector that is open makes some code slower.
      const { Session } = await import('node:inspector/promises')
      const session = new Session()
      session.connect()
      const delay = monitorEventLoopDelay({ resolution: LOOP_EVERY_MS })
      const loopBefore = performance.eventLoopUtilization()
      const startedAt = clock.now()
      const began = performance.now()
      try {
        if (kind === 'cpu') {
          await session.post('Profiler.enable')
          await session.post('Profiler.setSamplingInterval', { interval: CPU_EVERY_US })
          await session.post('Profiler.start')
        } else await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_EVERY_BYTES, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true } as HeapProfiler.StartSamplingParameterType)
        delay.enable()
        await waited(clock, forMs, stop)
        delay.disable()
        const loop = delayOf(delay, performance.eventLoopUtilization(loopBefore).utilization)
        const calls: RecordedCall = kind === 'cpu' ? callsOfCpu((await session.post('Profiler.stop')).profile, root) : callsOfHeap((await session.post('HeapProfiler.stopSampling')).profile.head, root)
        return { kind, startedAt, tookMs: performance.now() - began, root: calls, loop } satisfies Recording
      } finally {
        session.disconnect()
      }
    },
  }
}

function waited(clock: Clock, forMs: number, stop: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (stop?.aborted) return resolve()
    const callOff = clock.wakeAt(clock.now() + forMs, resolve)
    stop?.addEventListener('abort', () => (callOff(), resolve()), { once: true })
  })
}

/** Each sample is worth the time since the one before. */
function callsOfCpu({ nodes, samples = [], timeDeltas = [] }: Cpu.Profile, root: string): RecordedCall {
  const own = new Map<number, number>()
  samples.forEach((id, index) => own.set(id, (own.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0) / US_PER_MS))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const callOf = (node: Cpu.ProfileNode): RecordedCall => ({ ...frameOf(node.callFrame, root), own: own.get(node.id) ?? 0, calls: (node.children ?? []).flatMap((id) => byId.get(id) ?? []).filter(isOfTheServer).map(callOf) })
  return nodes[0] ? callOf(nodes[0]) : { name: '(root)', place: '', own: 0, calls: [] }
}

/** Starting and stopping a recording is the profiler's own work. */
function isOfTheServer({ callFrame }: { callFrame: Runtime.CallFrame }): boolean {
  return !callFrame.url.startsWith('node:inspector')
}

function callsOfHeap(node: HeapProfiler.SamplingHeapProfileNode, root: string): RecordedCall {
  return { ...frameOf(node.callFrame, root), own: node.selfSize, calls: node.children.filter(isOfTheServer).map((child) => callsOfHeap(child, root)) }
}

/** Where the function was written, not where the bundle has it. */
function frameOf({ functionName, url, lineNumber, columnNumber }: Runtime.CallFrame, root: string): { name: string; place: string } {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '' || lineNumber < 0) return { name, place: '' }
  if (!url.startsWith('file:')) return { name, place: `${url}:${lineNumber + 1}` }
  const file = fileURLToPath(url)
  const origin = findSourceMap(file)?.findEntry(lineNumber, columnNumber)
  if (origin && 'originalSource' in origin && origin.originalSource) {
    const source = origin.originalSource.startsWith('file:') ? fileURLToPath(origin.originalSource) : origin.originalSource
    return { name, place: `${relative(root, source)}:${origin.originalLine + 1}` }
  }
  return { name, place: `${relative(root, file)}:${lineNumber + 1}` }
}
