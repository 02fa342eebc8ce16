import type { RunSample, ToldRun } from '@/domain/alert/rule-readings'
import { isAppError } from '@/domain/error'
import { nodeNamesIn } from '@/domain/graph/node-names'
import type { EpochMs } from '@/domain/json'
import { executionsOf, stepsToLookAt } from '@/domain/metric/run-executions'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, isFinished, type RunState } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog, RunSummary } from '@/server/ports/run-log'

/** As far back as any rule looks, or any preview. */
export const KEPT_MS = 2 * 86_400_000
/** Runs that are remembered, newest end first; a busier server looks back less far. */
const MOST = 10_000
/** A run that began this long before a span can still have ended within it; one that took longer is missed after a restart. */
const LONGEST_RUN_MS = 6 * 3_600_000
const PAGE = 200

/**
 * The executions of runs that have ended. What ends while the server runs is heard of; what ended before is read
 * from the log, only as far back as somebody asks.
 */
export function createRunSamples({ log, feed, clock, most = MOST }: { log: RunLog; feed: RunFeed; clock: Pick<Clock, 'now'>; most?: number }) {
  const samples = new Map<string, RunSample>()
  const fresh = new Set<string>()
  let readFrom: EpochMs = clock.now()
  let complete = true
  const stop = feed.subscribe(undefined, (runId, events) => {
    if (events.some((event) => event.type === 'run.completed' || event.type === 'run.failed' || event.type === 'run.cancelled')) fresh.add(runId)
  })

  async function take(id: string): Promise<void> {
    // A run that cannot be read is left out; a store in trouble is asked again.
    const events = await log.read(id as RunId).catch((error: unknown) => {
      if (isAppError(error) && !error.retryable) return []
      throw error
    })
    const run = foldRun(emptyRun, events)
    // Somebody who tries a part of a draft sees how it ends, and need not be alerted.
    if (isFinished(run) && run.finishedAt !== undefined && run.origin?.kind !== 'trial') samples.set(id, { workflowId: run.workflowId, endedAt: run.finishedAt, ...executionsOf(run), told: await toldOf(id, run) })
    fresh.delete(id)
  }

  async function toldOf(runId: string, run: RunState): Promise<ToldRun> {
    const steps = stepsToLookAt(run)
    const graph = await log.loadGraph(run.graphHash)
    return { runId, workflowName: run.workflowName, steps, names: graph ? nodeNamesIn(graph, Object.keys(steps)) : {}, ...(run.failedNode !== undefined && { failedStep: run.failedNode }) }
  }

  async function readBack(from: EpochMs): Promise<void> {
    let cursor: string | undefined
    let room = most - samples.size
    do {
      const page = await log.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) })
      const wanted = page.items.filter(({ id, finishedAt }: RunSummary) => finishedAt !== undefined && finishedAt > from && !samples.has(id))
      for (const { id } of wanted.slice(0, Math.max(0, room))) await take(id)
      room -= wanted.length
      if (room < 0) complete = false
      cursor = (page.items.at(-1)?.createdAt ?? 0) < from - LONGEST_RUN_MS || room < 0 ? undefined : (page.nextCursor ?? undefined)
    } while (cursor !== undefined)
    readFrom = from
  }

  function forget(): void {
    const oldest = clock.now() - KEPT_MS
    const kept = [...samples].filter(([, { endedAt }]) => endedAt > oldest).sort(([, a], [, b]) => b.endedAt - a.endedAt)
    if (kept.length > most) complete = false
    if (kept.length === samples.size && kept.length <= most) return
    samples.clear()
    for (const [id, sample] of kept.slice(0, most)) samples.set(id, sample)
  }

  return {
    /** Runs that ended after `from`. `complete`: none was left out for their number. */
    async since(from: EpochMs): Promise<{ runs: RunSample[]; complete: boolean }> {
      for (const id of [...fresh]) await take(id)
      if (from < readFrom) await readBack(from)
      forget()
      return { runs: [...samples.values()].filter((sample) => sample.endedAt > from), complete }
    },
    stop,
  }
}
