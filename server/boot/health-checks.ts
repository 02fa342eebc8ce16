import { reason } from '@/domain/health/health-reason'
import { hotFunctions } from '@/domain/profile/profile'
import type { FleetView } from '@/domain/route/fleet-view'
import type { HostFigures, Profiler } from '@/server/ports/profiler'
import type { PythonReport } from '@/server/ports/python-runner'
import type { RunLog } from '@/server/ports/run-log'
import type { Check, Finding, Repair } from './health'

export type ChecksDeps = {
  runLog: Pick<RunLog, 'list'>; fleet: () => FleetView; python: () => PythonReport
  /** Runs at work, and those that wait for a place. */
  activeRuns: () => number; queuedRuns: () => Promise<number>
  /** Of this check alone: each look begins where the last ended. */
  host: () => Promise<HostFigures>
  profiler: Pick<Profiler, 'record'>
  /** Deletes what is beyond the bounds now. */
  sweep: () => Promise<void>
  /** Where the fleet is one of ours: starts it again. */
  restartFleet?: (() => Promise<string>) | undefined
}

/** Free share of the disk below which appends are at risk, and below which they are about to fail. */
const DISK_LOW = 0.1
const DISK_FULL = 0.03
/** Delay of the event loop, p99, from which streams are held up; from which a lease may be lost. */
const LOOP_SLOW_MS = 250
const LOOP_HELD_MS = 2_000
const RECORD_MS = 2_000
const NAMED = 3

/** What is looked at, and what can be done about it from here. */
export function healthChecks({ runLog, fleet, python, activeRuns, queuedRuns, host, profiler, sweep, restartFleet }: ChecksDeps): Check[] {
  let figures: Promise<HostFigures> | undefined
  /** Disk and loop are told by one look. */
  const shared = (): Promise<HostFigures> => (figures ??= host().finally(() => (figures = undefined)))
  let stood = false
  return [
    {
      name: 'store',
      look: async () => {
        await runLog.list({ limit: 1 })
        return { status: 'ok', message: 'Reads and answers', reason: reason('storeAnswers') }
      },
    },
    { name: 'fleet', look: () => fleetFinding(fleet()), repair: restartFleet && { tries: 'Start the simulated fleet again', failed: 'fleetRestartFailed', act: async () => ({ message: await restartFleet(), reason: reason('fleetRestarted') }) } },
    { name: 'engine', look: () => ({ status: 'ok', message: `${runs(activeRuns())} at work`, reason: reason('engineAtWork', { runs: activeRuns() }) }) },
    {
      name: 'queue',
      look: async () => {
        const { finding, stands } = queueFinding(await queuedRuns(), activeRuns(), stood)
        stood = stands
        return finding
      },
    },
    { name: 'disk', look: async () => diskFinding(await shared()), repair: sweepRepair(sweep) },
    { name: 'event-loop', look: async () => loopFinding(await shared()), repair: holderOfLoop(profiler) },
    // A seat belt is a choice of the operator and no sandbox at all refuses to run code: both are told, neither is a fault.
    { name: 'python', look: () => pythonFinding(python()) },
  ]
}

const PYTHON_CODES = { sandbox: 'pythonSandbox', seatbelt: 'pythonSeatbelt', none: 'pythonNone' } as const
function pythonFinding({ level, message }: PythonReport): Finding {
  return { status: 'ok', message, reason: reason(PYTHON_CODES[level], { detail: message }) }
}

function sweepRepair(sweep: () => Promise<void>): Repair {
  return {
    tries: 'Delete what is no longer kept', failed: 'sweepFailed',
    act: async () => {
      await sweep()
      return { message: 'Deleted what the bounds of the settings page do not keep', reason: reason('swept') }
    },
  }
}

const runs = (count: number): string => `${count} ${count === 1 ? 'run' : 'runs'}`

export function fleetFinding({ instances }: Pick<FleetView, 'instances'>): Finding {
  const healthy = instances.filter((instance) => instance.health === 'healthy').length
  const said = { message: `${healthy} of ${instances.length} instances are healthy`, reason: reason('fleetHealthy', { healthy, all: instances.length }) }
  if (healthy === 0) return { status: 'critical', ...said }
  return { status: healthy < instances.length ? 'degraded' : 'ok', ...said }
}

/** A line is no fault; one that stands at two looks while nothing works is. @param stood whether it did at the last look */
export function queueFinding(queued: number, active: number, stood: boolean): { finding: Finding; stands: boolean } {
  const stands = queued > 0 && active === 0
  return { stands, finding: { status: stands && stood ? 'degraded' : 'ok', message: `${runs(queued)} waiting ${stands && stood ? 'although none is at work' : 'for a place'}`, reason: reason(stands && stood ? 'queueStands' : 'queueWaiting', { runs: queued }) } }
}

export function diskFinding({ disk }: Pick<HostFigures, 'disk'>): Finding {
  if (!disk || disk.totalBytes === 0) return { status: 'ok', message: 'Not known here', reason: reason('diskUnknown') }
  const free = disk.freeBytes / disk.totalBytes
  return { status: free < DISK_FULL ? 'critical' : free < DISK_LOW ? 'degraded' : 'ok', message: `${Math.round(free * 100)} % free, ${(disk.freeBytes / 1e9).toFixed(1)} GB`, reason: reason('diskFree', { freeShare: free, freeBytes: disk.freeBytes }) }
}

export function loopFinding({ loop }: Pick<HostFigures, 'loop'>): Finding {
  return { status: loop.p99Ms >= LOOP_HELD_MS ? 'critical' : loop.p99Ms >= LOOP_SLOW_MS ? 'degraded' : 'ok', message: `${Math.round(loop.p99Ms)} ms late at p99, ${Math.round(loop.maxMs)} ms at most`, reason: reason('loopLate', { p99Ms: loop.p99Ms, maxMs: loop.maxMs }) }
}

/** It cannot be let go from here, but whoever reads the record learns who holds it. */
function holderOfLoop(profiler: Pick<Profiler, 'record'>): Repair {
  return {
    tries: 'Record what holds the event loop', failed: 'loopRecordFailed',
    act: async () => {
      const { root, tookMs } = await profiler.record('cpu', RECORD_MS)
      const hottest = hotFunctions(root, tookMs, NAMED).map(({ name, place, score }) => `${name} (${place || 'no source'}) ${score.toFixed(0)} %`)
      if (hottest.length === 0) return { message: 'Nothing held it while it was recorded', reason: reason('loopFree') }
      return { message: `Most of the time went to ${hottest.join(', ')}`, reason: reason('loopHeldBy', { functions: hottest.join(', ') }) }
    },
  }
}
