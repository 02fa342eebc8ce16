// F1. What becomes of a fire is decided once, and recorded before anything is started.
// F2. A fire that is `due` is started under a key made of its time: however often, by however many, there is one run.
// F3. A fire stays `due` until its run is known. What fails for the store's sake is tried again; what is refused is not.
import { isAppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { RunOrigin } from '@/domain/run/run-origin'
import { describeCronIssue, readCron } from '@/domain/trigger/cron'
import { decideFires, fireKey, type Fire, type Schedule } from '@/domain/trigger/schedule'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { ScheduleStore } from '@/server/ports/schedule-store'

type RunToStart = { workflowId: string; input: Json; priority: number; version?: number | 'draft'; idempotencyKey: string; origin: RunOrigin }
type Deps = {
  schedules: ScheduleStore
  clock: Clock
  logger: Logger
  /** Repeats of a key name the run of the first. @throws {AppError} when the run is refused */
  startRun: (wanted: RunToStart) => Promise<{ id: string }>
  /** Whether the run has not ended yet. */
  isGoing: (runId: string) => Promise<boolean>
}

export type ScheduleRunner = {
  /** Goes on where the last process ended. Call once, after the engine has started. */
  start(): Promise<void>
  /** Schedules were changed: looks again. */
  changed(): void
  stop(): void
}

/** Looks at least this often: another process may have changed a schedule, and a machine may have slept. */
const LOOK_EVERY_MS = 60_000
/** Until the next look after the store failed. */
const TROUBLE_PAUSE_MS = 5_000

/** Starts the runs of schedules when they are due. */
export function fireSchedules({ schedules, clock, logger, startRun, isGoing }: Deps): ScheduleRunner {
  let callOff: (() => void) | undefined
  let looking = false
  let again = false
  let stopped = false

  async function look(): Promise<void> {
    again = true
    if (looking || stopped) return
    looking = true
    callOff?.()
    let wakeAt = clock.now() + TROUBLE_PAUSE_MS
    try {
      let calm = true
      while (again) {
        again = false
        for (const schedule of await schedules.due(clock.now())) await decide(schedule)
        calm = await startDue()
      }
      if (calm) wakeAt = Math.min(clock.now() + LOOK_EVERY_MS, (await schedules.nextAt()) ?? Infinity)
    } catch (error) {
      log('ERROR', `Schedules could not be looked at: ${textOf(error)}`)
    }
    looking = false
    if (stopped) return
    callOff = clock.wakeAt(wakeAt, () => void look())
    if (again) void look()
  }

  async function decide(schedule: Schedule): Promise<void> {
    const { cron, issue } = readCron(schedule.cron, schedule.zone)
    if (issue) {
      log('ERROR', `Schedule "${schedule.name}" is switched off: ${describeCronIssue(issue)}`, schedule)
      await schedules.update(schedule.id, { enabled: false })
      return
    }
    const last = await schedules.lastRun(schedule.id)
    const decision = decideFires(schedule, cron, clock.now(), last !== undefined && (await goesOn(last)))
    if (!decision || !(await schedules.decide(schedule, decision))) return
    for (const { outcome } of decision.fires) {
      if (outcome.kind === 'skipped') log('WARNING', `Schedule "${schedule.name}" left out ${outcome.count} of its fires: ${outcome.reason === 'missed' ? 'no server ran when they were due' : 'its last run still goes on'}`, schedule)
    }
  }

  async function goesOn({ outcome }: Fire): Promise<boolean> {
    return outcome.kind === 'due' || (outcome.kind === 'started' && (await isGoing(outcome.runId)))
  }

  /** @returns whether nothing is left to be tried again */
  async function startDue(): Promise<boolean> {
    let calm = true
    for (const { fire, schedule } of await schedules.unsettled()) {
      if (stopped) return false
      try {
        await schedules.settle(fire, { kind: 'started', runId: (await startRun(runOf(schedule, fire))).id })
      } catch (error) {
        if (isAppError(error) && !error.retryable) await schedules.settle(fire, { kind: 'failed', code: error.code, message: error.message })
        else calm = false
        log('ERROR', `Schedule "${schedule.name}" could not start its run: ${textOf(error)}`, schedule)
      }
    }
    return calm
  }

  function log(level: 'WARNING' | 'ERROR', message: string, schedule?: Schedule): void {
    logger({ level, component: 'schedules', category: 'task', message, ...(schedule && { data: { scheduleId: schedule.id, workflowId: schedule.workflowId } }) })
  }

  return {
    start: look,
    changed: () => void look(),
    stop() {
      stopped = true
      callOff?.()
    },
  }
}

function runOf(schedule: Schedule, fire: Fire): RunToStart {
  const { id, workflowId, name, input, priority, version } = schedule
  return {
    workflowId, input, priority, ...(version !== null && { version }), idempotencyKey: fireKey(fire),
    origin: { kind: 'schedule', scheduleId: id, name, dueAt: new Date(fire.at).toISOString() },
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
