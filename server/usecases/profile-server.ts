import { AppError } from '@/domain/error'
import { busyOf, flameOf, hotFunctions, type FlameNode, type HotFunction } from '@/domain/profile/profile'
import type { Logger } from '@/server/ports/log-store'
import type { HostFigures, LoopDelay, ProfileKind, Profiler } from '@/server/ports/profiler'
import type { RunControl } from '@/server/ports/run-control'
import { authorise, nameOf, type Actor } from './actor'

export type ProfileServerDeps = { profiler: Profiler; runs: Pick<RunControl, 'line'>; logger: Logger }

/** `whole` and `busy` in ms of CPU, or in bytes allocated. */
export type ServerProfile = { kind: ProfileKind; startedAt: number; tookMs: number; whole: number; busy: number; loop: LoopDelay; flame: FlameNode; hottest: HotFunction[] }
export type ServerFigures = HostFigures & { /** Runs that wait for a place. */ queuedRuns: number; profiling: boolean }

/** Two at once would measure each other. */
export class ProfileRunning extends AppError {
  readonly code = 'PROFILE_RUNNING'
  override readonly retryable = true
  readonly hint = 'Wait until the recording that goes on has ended.'
  constructor() {
    super('A profile is being recorded already')
  }
}

/** What the server spends its time and memory on, on demand. */
export function profileServer({ profiler, runs, logger }: ProfileServerDeps) {
  let recording = false
  return {
    async figures(actor: Actor): Promise<ServerFigures> {
      authorise(actor, 'server.read')
      return { ...(await profiler.figures()), queuedRuns: (await runs.line()).length, profiling: recording }
    },
    /** @param stop when whoever asked has left @throws {ProfileRunning} */
    async record(actor: Actor, { kind, durationMs }: { kind: ProfileKind; durationMs: number }, stop?: AbortSignal): Promise<ServerProfile> {
      authorise(actor, 'server.write')
      if (recording) throw new ProfileRunning()
      recording = true
      try {
        logger({ level: 'INFO', component: 'profiler', category: 'performance', message: `A profile (${kind}) of ${durationMs} ms was begun by ${nameOf(actor)}` })
        const { root, startedAt, tookMs, loop } = await profiler.record(kind, durationMs, stop)
        const busy = busyOf(root)
        const whole = kind === 'cpu' ? tookMs : busy
        return { kind, startedAt, tookMs, whole, busy, loop, flame: flameOf(root), hottest: hotFunctions(root, whole) }
      } finally {
        recording = false
      }
    },
  }
}
