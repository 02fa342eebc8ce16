import type { EpochMs } from '@/domain/json'
import type { RecordedCall } from '@/domain/profile/profile'

export type ProfileKind = 'cpu' | 'heap'

/** Of the time of a recording, ms. `busyShare`: how much of it the event loop had work. */
export type LoopDelay = { meanMs: number; p50Ms: number; p99Ms: number; maxMs: number; busyShare: number }

export type Recording = { kind: ProfileKind; startedAt: EpochMs; tookMs: number; root: RecordedCall; loop: LoopDelay }

/** What this process and its machine are at. Shares are 0 to 1; absent: not known here. */
export type HostFigures = {
  at: EpochMs
  /** Since the last look: of all cores of the machine, and of one core by this process. */
  cpu: { cores: number; machineShare?: number; processCores?: number }
  memory: { totalBytes: number; freeBytes: number; residentBytes: number; heapUsedBytes: number; heapLimitBytes: number }
  /** Of the file system that the data folder is on. */
  disk?: { totalBytes: number; freeBytes: number }
  loop: LoopDelay
}

/** Looks into the process it runs in. */
export type Profiler = {
  /** @param stop ends the recording early: what there is until then is the answer */
  record(kind: ProfileKind, forMs: number, stop?: AbortSignal): Promise<Recording>
  figures(): Promise<HostFigures>
}
