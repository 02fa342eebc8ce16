// S1. A sub-run stands in the log only after the step that starts it says so, and under the id that it says: begun however
//     often, by whomever, there is one.
// S2. Whoever drives the caller follows its sub-runs to their end; a new owner follows those that the log names.
// S3. A sub-run that nobody waits for any more is cancelled: by who drives the caller, or, when that died first, by whoever
//     takes the caller or the sub-run up next.
import { reusedFacts } from '@/domain/run/fork-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId, SubRun } from '@/domain/run/run-event'
import { emptyRun, isFinished, type RunState } from '@/domain/run/run-state'
import { callersOf, startedBy, type Caller } from '@/domain/run/sub-run'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { RunFeed } from '@/server/ports/run-feed'
import { RunConflict, type RunLog } from '@/server/ports/run-log'
import { spanIdOf } from '@/server/ports/trace-context'

/** How often a sub-run is looked at of which nothing was heard. */
const LOOK_MS = 10_000

type Deps = { log: RunLog; feed: RunFeed; clock: Clock; logger: Logger; submit: (runId: RunId) => Promise<void>; cancel: (runId: RunId, by: string) => Promise<void> }

export type SubRunCall = { callerId: RunId; caller: RunState; key: string; attempt: number; priority: number; subRun: SubRun }
export type SubRuns = ReturnType<typeof createSubRuns>

/** Runs that steps of other runs start and wait for. */
export function createSubRuns({ log, feed, clock, logger, submit, cancel }: Deps) {
  const stateOf = async (runId: RunId): Promise<RunState> => foldRun(emptyRun, await log.read(runId))

  async function begin({ callerId, caller, key, attempt, priority, subRun }: SubRunCall): Promise<void> {
    const { runId, workflowId, workflowName, version, graphHash, goesOnFrom } = subRun
    const input = startedBy(caller, key)?.input ?? null
    const queued: RunFact = {
      type: 'run.queued', workflowId, workflowName, version, graphHash, input, priority, ...(goesOnFrom !== undefined && { parentRunId: goesOnFrom }),
      origin: { kind: 'run', runId: callerId, nodeId: key, attempt, callers: callersOf(caller) },
      // Where the caller stands in somebody else's trace, what it starts does too: inside of its step.
      ...(caller.trace && { trace: { ...caller.trace, spanId: spanIdOf(callerId, key) } }),
    }
    try {
      feed.publish(runId, await log.append(runId, [queued, ...(await takenOver(subRun))], 0, (events) => foldRun(emptyRun, events)))
    } catch (error) {
      if (!(error instanceof RunConflict)) throw error
    }
  }

  async function takenOver({ goesOnFrom, graphHash }: SubRun): Promise<RunFact[]> {
    const graph = goesOnFrom === undefined ? undefined : await log.loadGraph(graphHash)
    if (goesOnFrom === undefined || !graph) return []
    const before = await stateOf(goesOnFrom)
    return before.seq === 0 ? [] : reusedFacts(before, goesOnFrom, graph, { overrides: {}, newInput: false })
  }

  async function release(runId: RunId, by: string): Promise<void> {
    try {
      const found = await log.find(runId)
      if (found && found.finishedAt === undefined) await cancel(runId, by)
    } catch (error) {
      logger({ level: 'WARNING', component: 'engine', category: 'task', message: `Not cancelled yet: ${String(error)}`, runId })
    }
  }

  return {
    /**
     * Starts the sub-run unless it has been, and waits for its end.
     * @returns how to stop waiting; `forGood`: nobody waits for it any more
     */
    follow(call: SubRunCall, onEnd: (end: RunState) => void): (forGood?: boolean) => void {
      const { runId } = call.subRun
      const by = `${call.callerId}/${call.key}`
      let state: 'open' | 'stopped' | 'released' = 'open'
      let looking = false
      let again = false
      let submitted = false
      let due: (() => void) | undefined
      const unsubscribe = feed.subscribe(runId, (_id, events) => {
        if (events.some(({ type }) => type === 'run.completed' || type === 'run.failed' || type === 'run.cancelled')) void look()
      })

      async function look(): Promise<void> {
        if (looking) return void (again = true)
        looking = true
        due?.()
        try {
          do {
            again = false
            await once()
          } while (again)
        } catch (error) {
          logger({ level: 'WARNING', component: 'engine', category: 'task', message: `Cannot look after the run ${runId}: ${String(error)}`, runId: call.callerId, nodeId: call.key })
        }
        looking = false
        // Let go of while it was looked at: what was begun meanwhile is nobody's.
        if (wasReleased()) return release(runId, by)
        if (isOpen()) due = clock.wakeAt(clock.now() + LOOK_MS, () => void look())
      }

      async function once(): Promise<void> {
        if (!isOpen()) return
        const found = await log.find(runId)
        if (found?.finishedAt !== undefined) {
          const end = await stateOf(runId)
          if (!isOpen() || !isFinished(end)) return
          stop()
          return onEnd(end)
        }
        if (isOpen() && !found) await begin(call)
        if (!isOpen() || submitted) return
        await submit(runId)
        submitted = true
      }

      // Asked again behind each await.
      const isOpen = (): boolean => state === 'open'
      const wasReleased = (): boolean => state === 'released'
      function stop(forGood = false): void {
        if (state !== 'open') return
        state = forGood ? 'released' : 'stopped'
        unsubscribe()
        due?.()
        if (forGood && !looking) void release(runId, by)
      }

      void look()
      return stop
    },
    release,
    /** Whether a run was started by a step whose run has ended: nobody waits for it. */
    async isOrphan({ origin }: RunState): Promise<boolean> {
      if (origin?.kind !== 'run') return false
      const caller = await log.find(origin.runId as RunId)
      return !caller || caller.finishedAt !== undefined
    },
    /** What a step that may start a run has to know of those before. Of a run that is tried again, those of its parent. */
    async callerOf(run: RunState, key: string, newRunId: () => RunId): Promise<Caller> {
      const own = startedBy(run, key)
      return { callers: callersOf(run), before: own ?? (await failedInParent(run, key)), newRunId }
    },
  }

  async function failedInParent({ parentRunId, forkedFrom }: RunState, key: string) {
    // Forked at a node it is asked for anew; forked as a whole, what failed goes on.
    if (parentRunId === undefined || forkedFrom !== undefined) return undefined
    const before = startedBy(await stateOf(parentRunId as RunId), key)
    const found = before && (await log.find(before.runId))
    return found?.status === 'failed' || found?.status === 'cancelled' ? before : undefined
  }
}
