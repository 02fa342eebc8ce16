import { isAppError } from '@/domain/error'
import type { Pause } from '@/domain/run/pause'
import type { RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { CommandOutcome, PersonCommand, RunCommands } from '@/server/ports/run-commands'
import type { RunLeases } from '@/server/ports/run-leases'
import type { Signal, Signals } from '@/server/ports/signals'
import type { WorkflowStore } from '@/server/ports/workflow-store'
import type { Engine } from '../engine'
import type { LeaseKeeper } from './lease-keeper'
import type { SharedRunPlaces } from './shared-run-places'

type Deps = { engine: Engine; keeper: LeaseKeeper; leases: RunLeases; commands: RunCommands; pauses: Pick<WorkflowStore, 'paused'>; signals: Signals; clock: Clock; logger: Logger; /** Where processes share one line. */ places?: Pick<SharedRunPlaces, 'look'>; /** Runs at work here at once. */ maxRuns?: number }

/** How often the store is looked at without a word from others: what no signal told, a dead owner above all. */
const LOOK_MS = 1_000

/**
 * One of several processes that work on the runs of a store.
 * W1. It takes up runs that nobody holds, the oldest first, up to `maxRuns`.
 * W2. What is paused for all is paused here.
 * W3. It carries out the commands left for the runs it holds.
 */
export function createRunWorker({ engine, keeper, leases, commands, pauses, signals, clock, logger, places, maxRuns = 256 }: Deps) {
  let stopped = false
  let looking = false
  let again = false
  let due: (() => void) | undefined
  let known = new Map<string, Pause>()
  let unsubscribe = (): void => undefined
  const hear = (signal: Signal): void => {
    if (signal.kind === 'run.queued' || signal.kind === 'workflow.paused' || signal.kind === 'missed' || (signal.kind === 'command.left' && engine.driven().includes(signal.runId as RunId))) void look()
  }
  keeper.onLost((runId) => engine.letGo(runId))

  async function look(): Promise<void> {
    if (stopped) return
    if (looking) return void (again = true)
    looking = true
    due?.()
    try {
      await readPauses()
      places?.look()
      const room = maxRuns - engine.active()
      if (room > 0) await Promise.all((await leases.free(room)).map((runId) => engine.submit(runId)))
      for (const { id, runId, command } of await commands.pending(engine.driven())) await carryOut(id, runId, command)
    } catch (error) {
      logger({ level: 'WARNING', component: 'engine', category: 'system', message: `Could not look for work: ${error instanceof Error ? error.message : String(error)}` })
    }
    looking = false
    if (stopped) return
    if (!again) return void (due = clock.wakeAt(clock.now() + LOOK_MS, () => void look()))
    again = false
    void look()
  }

  async function readPauses(): Promise<void> {
    const now = new Map((await pauses.paused()).map(({ id, paused }) => [id, paused]))
    for (const id of known.keys()) if (!now.has(id)) engine.setPause(id, null)
    for (const [id, paused] of now) if (known.get(id) !== paused) engine.setPause(id, paused)
    known = now
  }

  async function carryOut(id: string, runId: RunId, command: PersonCommand): Promise<void> {
    await commands.settle(id, await outcomeOf(runId, command))
    signals.send({ kind: 'command.settled', id })
  }

  async function outcomeOf(runId: RunId, command: PersonCommand): Promise<CommandOutcome> {
    try {
      if (command.do === 'cancel') await engine.cancel(runId, command.by)
      else if (command.do === 'note-snapshot') await engine.noteSnapshot(runId, command.snapshot)
      else await engine.answer(runId, command.key, command)
      return { ok: true }
    } catch (error) {
      // Not ours any more, or the store is in trouble: it stays for the next owner.
      if (!isAppError(error)) throw error
      return { ok: false, error: { code: error.code, message: error.message, hint: error.hint } }
    }
  }

  return {
    start(): Promise<void> {
      unsubscribe = signals.subscribe(hear)
      keeper.start()
      return look()
    },
    /** Takes nothing new, lets what is being worked on end for up to `ms`, and leaves the rest to others. */
    async stop(ms: number): Promise<void> {
      stopped = true
      unsubscribe()
      due?.()
      await engine.drain(ms)
      engine.stop()
      await keeper.stop()
    },
  }
}
