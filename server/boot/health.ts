import type { FleetView } from '@/domain/route/fleet-view'
import type { Clock } from '@/server/ports/clock'
import type { HealthCheck, HealthReport, HealthStatus } from '@/server/ports/health'
import type { Logger } from '@/server/ports/log-store'
import type { PythonReport } from '@/server/ports/python-runner'
import type { RunLog } from '@/server/ports/run-log'

type Finding = { status: HealthStatus; message: string }
type Check = { name: string; look: () => Finding | Promise<Finding> }

/** How often every check is made. */
const EVERY_MS = 30_000
const RANK: readonly HealthStatus[] = ['ok', 'degraded', 'critical']

type Deps = { clock: Clock; logger: Logger; version: string; runLog: Pick<RunLog, 'list'>; fleet: () => FleetView; activeRuns: () => number; python: () => PythonReport }

/** Looks at every part at start and every 30 s; a request is answered from the last look. */
export function createHealth({ clock, logger, version, runLog, fleet, activeRuns, python }: Deps) {
  const startedAt = clock.now()
  const checks: Check[] = [
    {
      name: 'store',
      look: async () => {
        await runLog.list({ limit: 1 })
        return { status: 'ok', message: 'Reads and answers' }
      },
    },
    { name: 'fleet', look: () => fleetFinding(fleet()) },
    { name: 'engine', look: () => ({ status: 'ok', message: `${activeRuns()} runs at work` }) },
    // A seat belt is a choice of the operator and no sandbox at all refuses to run code: both are told, neither is a fault.
    { name: 'python', look: () => ({ status: 'ok', message: python().message }) },
  ]
  let found: HealthCheck[] = []
  let next: (() => void) | undefined
  let stopped = false

  async function look(): Promise<void> {
    found = await Promise.all(checks.map(one))
    if (!stopped) next = clock.wakeAt(clock.now() + EVERY_MS, () => void look())
  }

  async function one({ name, look: lookAt }: Check): Promise<HealthCheck> {
    const before = found.find((check) => check.name === name)?.status
    let finding: Finding
    try {
      finding = await lookAt()
    } catch (error) {
      finding = { status: 'critical', message: error instanceof Error ? error.message : String(error) }
    }
    if (before !== undefined && before !== finding.status) {
      const level = finding.status === 'ok' ? 'INFO' : finding.status === 'degraded' ? 'WARNING' : 'CRITICAL'
      logger({ level, component: 'health', category: 'health', message: `${name} is ${finding.status}: ${finding.message}` })
    }
    return { name, ...finding, checkedAt: clock.now() }
  }

  return {
    start: look,
    report: (): HealthReport => ({ status: worst(found), version, uptimeMs: clock.now() - startedAt, checks: found }),
    stop(): void {
      stopped = true
      next?.()
    },
  }
}

function fleetFinding({ instances }: FleetView): Finding {
  const healthy = instances.filter((instance) => instance.health === 'healthy').length
  const message = `${healthy} of ${instances.length} instances are healthy`
  if (healthy === 0) return { status: 'critical', message }
  return { status: healthy < instances.length ? 'degraded' : 'ok', message }
}

function worst(checks: readonly HealthCheck[]): HealthStatus {
  return RANK[Math.max(0, ...checks.map((check) => RANK.indexOf(check.status)))] ?? 'ok'
}
