import { AppError } from '@/domain/error'
import type { Turn } from '@/domain/run/admit-runs'
import { RunFinished } from '@/domain/run/decide-run'
import type { RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { CommandOutcome, PersonCommand, RunCommands } from '@/server/ports/run-commands'
import type { RunControl } from '@/server/ports/run-control'
import type { RunLog } from '@/server/ports/run-log'
import type { Signals } from '@/server/ports/signals'
import { UnknownRun } from '../engine'

/** No process with the engine's role has taken the command. It stays, and is carried out when one does. */
export class NoEngine extends AppError {
  readonly code = 'NO_ENGINE'
  override readonly retryable = true
  readonly hint = 'Is a process with the role “engine” running? What you asked for stays, and is done as soon as one takes the run up.'
  constructor() {
    super('No process works on this run at the moment')
  }
}

/** What the process that works on the run refused with. */
class Refused extends AppError {
  readonly code: string
  readonly hint: string
  constructor({ code, message, hint }: { code: string; message: string; hint: string }) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

type Deps = { runLog: RunLog; commands: RunCommands; signals: Signals; clock: Clock; ids: Ids; /** The one line of all processes. */ line: () => Promise<Turn[]> }

const PATIENCE_MS = 15_000
const LOOK_MS = 500
const ENDED = new Set(['completed', 'failed', 'cancelled'])

/** Runs at work in other processes. */
export function createRemoteControl({ runLog, commands, signals, clock, ids, line }: Deps): RunControl {
  async function ask(runId: RunId, command: PersonCommand): Promise<void> {
    const run = await runLog.find(runId)
    if (!run) throw new UnknownRun(runId)
    if (ENDED.has(run.status)) throw new RunFinished(run.status)
    const id = ids.next('cmd')
    await commands.leave(id, runId, command, clock.now())
    signals.send({ kind: 'command.left', runId })
    const outcome = await settled(id)
    if (!outcome) throw new NoEngine()
    if (!outcome.ok) throw new Refused(outcome.error)
  }

  async function settled(id: string): Promise<CommandOutcome | undefined> {
    const until = clock.now() + PATIENCE_MS
    for (;;) {
      const heard = hear(id, Math.min(until, clock.now() + LOOK_MS))
      const outcome = await commands.outcome(id)
      if (outcome || clock.now() >= until) return heard.stop(), outcome
      await heard.promise
    }
  }

  /** Listens before it looks: an answer between the two is not missed. */
  function hear(id: string, at: number): { promise: Promise<void>; stop: () => void } {
    let stop = (): void => undefined
    const promise = new Promise<void>((resolve) => {
      const done = (): void => (stop(), resolve())
      const cancel = clock.wakeAt(at, done)
      const unsubscribe = signals.subscribe((signal) => (signal.kind === 'command.settled' && signal.id === id) && done())
      stop = () => (cancel(), unsubscribe())
    })
    return { promise, stop: () => stop() }
  }

  return {
    submit: (runId) => Promise.resolve(signals.send({ kind: 'run.queued', runId })),
    line,
    // What is paused stands in the store.
    setPause: () => signals.send({ kind: 'workflow.paused' }),
    cancel: (runId, by) => ask(runId, { do: 'cancel', by }),
    noteSnapshot: (runId, snapshot) => ask(runId, { do: 'note-snapshot', snapshot }),
    answer: (runId, key, answer) => ask(runId, { do: 'answer', key, ...answer }),
  }
}
