/**
 * How every part is, looked at each half minute; what turns critical is repaired where that can be done from here.
 * H1. A request is answered from the last look, and makes none.
 * H2. A repair is tried at most once in REPAIR_PAUSE_MS, one at a time, and what was tried is told whether it went well or not.
 * H3. What changed and what was tried are log lines of the category `health` whose `data` says so: they are the history.
 */
import { reason, type HealthCode, type HealthReason } from '@/domain/health/health-reason'
import type { HealthCheck, HealthReport, HealthStatus } from '@/server/ports/health'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'

export type Finding = { status: HealthStatus; message: string; reason?: HealthReason }
/** `act` answers what it did. */
export type Repair = { tries: string; failed: HealthCode; act: () => Promise<{ message: string; reason: HealthReason }> }
export type Check = { name: string; look: () => Finding | Promise<Finding>; repair?: Repair | undefined }

const EVERY_MS = 30_000
const REPAIR_PAUSE_MS = 5 * 60_000
const RANK: readonly HealthStatus[] = ['ok', 'degraded', 'critical']
const LEVEL_OF = { ok: 'INFO', degraded: 'WARNING', critical: 'CRITICAL' } as const

export function createHealth({ clock, logger, version, checks }: { clock: Clock; logger: Logger; version: string; checks: readonly Check[] }) {
  const startedAt = clock.now()
  const tried = new Map<string, number>()
  let found: HealthCheck[] = []
  let next: (() => void) | undefined
  let stopped = false

  async function look(): Promise<void> {
    const before = found
    found = await Promise.all(checks.map(one))
    for (const check of found) tellChange(check, before.find((old) => old.name === check.name)?.status ?? 'ok')
    for (const check of checks) await mend(check)
    if (!stopped) next = clock.wakeAt(clock.now() + EVERY_MS, () => void look())
  }

  async function one({ name, look: lookAt }: Check): Promise<HealthCheck> {
    try {
      return { name, ...(await lookAt()), checkedAt: clock.now() }
    } catch (error) {
      return { name, status: 'critical', message: wordsOf(error), reason: reason('lookFailed', { error: wordsOf(error) }), checkedAt: clock.now() }
    }
  }

  function tellChange({ name, status, message, reason }: HealthCheck, from: HealthStatus): void {
    if (status === from) return
    logger({ level: LEVEL_OF[status], component: 'health', category: 'health', message: `${name} is ${status}: ${message}`, data: { kind: 'change', check: name, from, to: status, ...(reason && { reason }) } })
  }

  async function mend(check: Check): Promise<void> {
    const { name, repair } = check
    const sick = found.find((one) => one.name === name)
    if (stopped || !repair || sick?.status !== 'critical' || clock.now() - (tried.get(name) ?? -Infinity) < REPAIR_PAUSE_MS) return
    tried.set(name, clock.now())
    const tell = (went: 'well' | 'wrong', { message, reason }: { message: string; reason: HealthReason }): void =>
      logger({ level: went === 'well' ? 'WARNING' : 'ERROR', component: 'health', category: 'health', message: `${name}: ${message}`, data: { kind: 'repair', check: name, tried: repair.tries, went, reason } })
    try {
      tell('well', await repair.act())
    } catch (error) {
      tell('wrong', { message: `${repair.tries} failed: ${wordsOf(error)}`, reason: reason(repair.failed, { error: wordsOf(error) }) })
      return
    }
    // Nobody has to wait for the next look to see whether it helped.
    const again = await one(check)
    found = found.map((old) => (old.name === name ? again : old))
    tellChange(again, 'critical')
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

function worst(checks: readonly HealthCheck[]): HealthStatus {
  return RANK[Math.max(0, ...checks.map((check) => RANK.indexOf(check.status)))] ?? 'ok'
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
