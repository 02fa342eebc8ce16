import { AppError } from '@/domain/error'
import type { RunLimits, Turn } from '@/domain/run/admit-runs'
import type { Pause } from '@/domain/run/pause'
import type { KeptSnapshot, RunCommand } from '@/domain/run/decide-run'
import { NotWaiting, RunFinished } from '@/domain/run/decide-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { compileGraph } from '@/domain/run/run-graph'
import { emptyRun, isFinished } from '@/domain/run/run-state'
import type { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { subRunsLeft } from '@/domain/run/sub-run'
import type { RunLog, SnapshotStore } from '@/server/ports/run-log'
import type { RunFeed } from '@/server/ports/run-feed'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import { LeaseLost } from '@/server/ports/run-leases'
import type { AttemptDeps } from './attempt/prepared'
import { driveRun, type RunDriver } from './drive-run'
import type { LeaseKeeper } from './lease/lease-keeper'
import { createRunMailbox, type RunMailbox } from './run-mailbox'
import { runLinesOf } from './run-lines'
import { createRunPlaces, type RunPlaces } from './run-places'
import { createSnapshotter } from './snapshotter'
import { createSubRuns } from './sub-runs'

export type EngineDeps = AttemptDeps & { log: RunLog; feed: RunFeed; snapshots: SnapshotStore; clock: Clock; ids: Ids; logger: Logger; limits: RunLimits; /** Where processes share one line; left out: one of this process alone. */ places?: RunPlaces; /** How runs of a workflow are kept; left out: after every step. */ snapshotPolicy?: (workflowId: string) => Promise<SnapshotPolicy>; /** The model behind a name, or behind none (''). */ modelOf: (name: string) => string | undefined; /** Cancels a run wherever it is at work; left out: here. */ cancelRun?: (runId: RunId, by: string) => Promise<void>; /** Where several processes share the log: a run is driven only while its lease is held. */ keeper?: Pick<LeaseKeeper, 'acquire' | 'holds' | 'release'> }

export class UnknownRun extends AppError {
  readonly code = 'UNKNOWN_RUN'
  readonly hint = 'Check the id, or look for the run on the runs page.'
  constructor(id: string) {
    super(`There is no run ${id}`)
  }
}

export type Engine = {
  /** Takes up every run the log says is unfinished. Call once at start. */
  start(): Promise<void>
  /** Takes up a run that has been queued. A store in trouble delays it: the run is in the log, and is come back to. */
  submit(runId: RunId): Promise<void>
  /** @throws {UnknownRun} {RunFinished} */
  cancel(runId: RunId, by: string): Promise<void>
  /** @throws {UnknownRun} {NotWaiting} */
  answer(runId: RunId, key: string, answer: { decision: 'approve' | 'reject'; comment: string; by: string }): Promise<void>
  /** Lets go of every run; the log keeps them for the next start. */
  stop(): void
  /** Takes nothing up any more, and lets the attempts at work end, for up to `ms`. What is left is stopped. */
  drain(ms: number): Promise<void>
  /** Says in the log that a moment of the run is kept. @throws {UnknownRun} {RunFinished} */
  noteSnapshot(runId: RunId, snapshot: KeptSnapshot): Promise<void>
  /** Stops work on a run that another process has now. */
  letGo(runId: RunId): void
  /** Runs that wait for a place, first in line first. */
  line(): Turn[]
  /** Call for every paused workflow before `start`. */
  setPause(workflowId: string, pause: Pause | null): void
  /** Runs at work here. */
  active(): number
  driven(): RunId[]
}

/** How long a run is left alone after the store failed under it: twice as long each time until an append succeeds. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** The embedded engine: drives every unfinished run in this process. */
export function createEngine(deps: EngineDeps): Engine {
  const driven = new Map<RunId, Promise<{ mailbox: RunMailbox; driver: RunDriver } | undefined>>()
  const places = deps.places ?? createRunPlaces(deps)
  const subRuns = createSubRuns({ ...deps, submit: takeUp, cancel: deps.cancelRun ?? cancel })
  const pauses = new Map<RunId, number>()
  /** Runs to be taken up again, one appointment each; the value calls it off. */
  const appointments = new Map<RunId, () => void>()
  let stopped = false

  function take(runId: RunId) {
    const known = driven.get(runId)
    if (known) return known
    const taken = open(runId).catch((error: unknown) => {
      if (driven.get(runId) === taken) driven.delete(runId)
      throw error
    })
    driven.set(runId, taken)
    return taken
  }

  async function open(runId: RunId) {
    const lease = await deps.keeper?.acquire(runId)
    if (deps.keeper && !lease) {
      driven.delete(runId)
      return undefined
    }
    // Only now: the owner before may have appended until then.
    const state = foldRun(emptyRun, await deps.log.read(runId))
    if (state.seq === 0) throw new UnknownRun(runId)
    // Its appends were refused: perhaps by a row that is not what the log says.
    if (pauses.has(runId) && (await deps.log.mend(runId, state))) deps.logger({ level: 'ERROR', component: 'engine', category: 'system', message: 'The row of the run was not what its log says, and has been rebuilt from it', runId })
    if (isFinished(state)) {
      deps.keeper?.release(runId)
      driven.delete(runId)
      pauses.delete(runId)
      return undefined
    }
    const stored = await deps.log.loadGraph(state.graphHash)
    if (!stored) throw new Error(`The graph ${state.graphHash} of run ${runId} is missing`)
    const graph = compileGraph(stored)
    const snapshotter = createSnapshotter(deps, runId, graph, await deps.snapshotPolicy?.(state.workflowId))
    const mailbox: RunMailbox = createRunMailbox(
      {
        log: deps.log,
        feed: deps.feed,
        onAppended: (events) => {
          pauses.delete(runId)
          snapshotter.onAppended(events, mailbox.state())
          for (const line of runLinesOf(runId, events, mailbox.state())) deps.logger(line)
          driver.poke()
        },
        onLost: (error) => lose(runId, error),
      },
      runId, graph, state, lease,
    )
    const driver = driveRun({ ...deps, place: places.claim(), subRuns, onEnd: () => end(runId), holds: () => holds(runId) }, runId, graph, mailbox)
    if (await subRuns.isOrphan(state)) await mailbox.send({ do: 'cancel', by: 'the end of the run that started it' })
    else if (state.status !== 'queued') await mailbox.send({ do: 'recover', now: deps.clock.now() })
    for (const { runId: sub, by } of subRunsLeft(runId, state)) void subRuns.release(sub, by)
    driver.poke()
    return { mailbox, driver }
  }

  /** Asked before anything is done that others see. */
  function holds(runId: RunId): boolean {
    if (deps.keeper?.holds(runId) ?? true) return true
    lose(runId, new Error('its lease was not renewed in time'))
    return false
  }

  function end(runId: RunId): void {
    driven.delete(runId)
    deps.keeper?.release(runId)
  }

  /** The append failed: another owner won, or the store is in trouble. Start over from what the log says. */
  function lose(runId: RunId, error: unknown): void {
    const taken = driven.get(runId)
    end(runId)
    void taken?.then((run) => run?.driver.stop(), () => undefined)
    // Whoever has it now goes on.
    if (error instanceof LeaseLost) return
    deps.logger({ level: 'ERROR', component: 'engine', category: 'system', message: `Lost run ${runId}: ${error instanceof Error ? error.message : String(error)}`, runId })
    comeBack(runId)
  }

  function comeBack(runId: RunId): void {
    if (stopped || appointments.has(runId)) return
    const pause = pauses.get(runId) ?? FIRST_PAUSE_MS
    pauses.set(runId, Math.min(2 * pause, LONGEST_PAUSE_MS))
    const callOff = deps.clock.wakeAt(deps.clock.now() + pause, () => {
      appointments.delete(runId)
      void takeUp(runId)
    })
    appointments.set(runId, callOff)
  }

  async function takeUp(runId: RunId): Promise<void> {
    if (stopped) return
    await take(runId).catch((error: unknown) => {
      deps.logger({ level: 'CRITICAL', component: 'engine', category: 'system', message: `Could not take up run ${runId}: ${String(error)}`, runId })
      if (!(error instanceof UnknownRun)) comeBack(runId)
    })
  }

  async function command(runId: RunId, wanted: RunCommand): Promise<void> {
    const run = await take(runId)
    if (!run) throw wanted.do === 'answer' ? new NotWaiting(wanted.key) : new RunFinished('finished')
    await run.mailbox.send(wanted)
  }

  function cancel(runId: RunId, by: string): Promise<void> {
    return command(runId, { do: 'cancel', by })
  }

  return {
    async start() {
      const ids = await deps.log.unfinished()
      if (ids.length > 0) deps.logger({ level: 'INFO', component: 'engine', category: 'system', message: `Taking up ${ids.length} unfinished runs` })
      await places.during(() => Promise.all(ids.map(takeUp)))
    },
    submit: takeUp,
    cancel,
    async answer(runId, key, answer) {
      await command(runId, { do: 'answer', key, ...answer })
    },
    noteSnapshot: (runId, snapshot) => command(runId, { do: 'note-snapshot', snapshot }),
    stop() {
      stopped = true
      places.close()
      for (const callOff of appointments.values()) callOff()
      appointments.clear()
      for (const taken of driven.values()) void taken.then((run) => run?.driver.stop(), () => undefined)
      driven.clear()
    },
    async drain(ms) {
      stopped = true
      for (const callOff of appointments.values()) callOff()
      appointments.clear()
      const taken = await Promise.all([...driven.values()].map((one) => one.catch(() => undefined)))
      let cancel = (): void => undefined
      const late = new Promise<void>((resolve) => (cancel = deps.clock.wakeAt(deps.clock.now() + ms, resolve)))
      await Promise.race([late, Promise.all(taken.map((run) => run?.driver.drain()))])
      cancel()
    },
    letGo(runId) {
      const taken = driven.get(runId)
      driven.delete(runId)
      void taken?.then((run) => run?.driver.stop(), () => undefined)
    },
    line: places.line,
    setPause: places.setPause,
    active: () => driven.size,
    driven: () => [...driven.keys()],
  }
}
