import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, isFinished, type RunState } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'

type Deps = { runLog: RunLog; feed: RunFeed; clock: Clock }

/**
 * Waits until a run has ended.
 * @returns its state; undefined when it has not ended by `until`, or the caller went away
 */
export async function awaitRun({ runLog, feed, clock }: Deps, runId: RunId, until: number, signal: AbortSignal): Promise<RunState | undefined> {
  let wake: () => void = () => undefined
  const woken = new Promise<void>((resolve) => (wake = resolve))
  const stopListening = feed.subscribe(runId, (_id, events) => {
    if (events.some(({ type }) => type === 'run.completed' || type === 'run.failed' || type === 'run.cancelled')) wake()
  })
  const callOff = clock.wakeAt(until, wake)
  signal.addEventListener('abort', wake, { once: true })
  try {
    // Listening came first: what ends between the two looks is heard.
    const now = await ended(runLog, runId)
    if (now || signal.aborted) return now
    await woken
    return signal.aborted ? undefined : await ended(runLog, runId)
  } finally {
    stopListening()
    callOff()
    signal.removeEventListener('abort', wake)
  }
}

async function ended(runLog: RunLog, runId: RunId): Promise<RunState | undefined> {
  if ((await runLog.find(runId))?.finishedAt === undefined) return undefined
  const run = foldRun(emptyRun, await runLog.read(runId))
  return isFinished(run) ? run : undefined
}
