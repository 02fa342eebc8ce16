/**
 * Writes down what runs took, as they end.
 * W1. A run counts once, at the moment it ended: the mark is the moment up to which all ended runs are counted, and moves
 *     in the transaction that writes their buckets.
 * W2. Of several processes the one on duty writes; two who think they are meet at the mark, and one writes nothing.
 * W3. A run whose end is committed later than SETTLE_MS after it is not counted: the mark has passed it.
 */
import { isAppError } from '@/domain/error'
import type { EpochMs, Json } from '@/domain/json'
import { bucketOfExecution, ExecutionBucket, mergeExecutions, NodeBuckets } from '@/domain/metric/execution-bucket'
import { executionsOf, type RunExecutions } from '@/domain/metric/run-executions'
import { ROLLUPS, stepAt } from '@/domain/metric/time-steps'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { RunLog, RunSummary } from '@/server/ports/run-log'
import { RUNS_MARK, type SampleBucket, type SampleStore } from '@/server/ports/sample-store'

const EVERY_MS = 10_000
/** What an append may take from its time to its commit, and clocks of processes may differ. */
const SETTLE_MS = 5_000
/** Runs of one write. */
const AT_ONCE = 200
/** Between two of them, so that others have their turn. */
const PAUSE_MS = 50

type Ended = RunExecutions & { workflowId: string; endedAt: EpochMs }
/** A run that has been counted. */
export type EndedRun = { summary: RunSummary; run: RunState }
type Deps = { samples: SampleStore; log: Pick<RunLog, 'ended' | 'read'>; clock: Clock; logger: Logger; /** Whether this process writes. */ onDuty: () => boolean; /** Told of each run once, when it is counted. */ onRecorded?: (runs: readonly EndedRun[]) => void }

export function createRunRecorder({ samples, log, clock, logger, onDuty, onRecorded }: Deps) {
  let wake: (() => void) | undefined
  let recording: Promise<void> = Promise.resolve()
  let stopped = false
  let failing = false

  /** The next runs, and the moment up to which they are all. */
  async function nextEnded(from: EpochMs, to: EpochMs): Promise<{ runs: RunSummary[]; upTo: EpochMs }> {
    for (let limit = AT_ONCE; ; limit *= 2) {
      const runs = await log.ended(from, to, limit)
      if (runs.length < limit) return { runs, upTo: to }
      // Others may have ended in the moment of the last: it is left to the next write.
      const upTo = runs.at(-1)!.finishedAt!
      if (upTo > from) return { runs: runs.filter((run) => run.finishedAt! < upTo), upTo }
    }
  }

  async function fold(id: RunId): Promise<RunState> {
    // One that cannot be read would stand in the way of all behind it; a store in trouble is asked again.
    const events = await log.read(id).catch((error: unknown) => {
      if (isAppError(error) && !error.retryable) return []
      throw error
    })
    return foldRun(emptyRun, events)
  }

  /** @returns whether there is more at once */
  async function recordSome(): Promise<boolean> {
    const mark = await samples.mark(RUNS_MARK)
    const now = clock.now()
    // At the first start: what ended before, as far back as anything is kept.
    const from = mark ?? now - ROLLUPS.at(-1)!.keepMs
    if (now - SETTLE_MS <= from) return false
    const { runs, upTo } = await nextEnded(from, now - SETTLE_MS)
    const counted: EndedRun[] = []
    for (const summary of runs) counted.push({ summary, run: await fold(summary.id) })
    const ended = counted.map(({ summary, run }): Ended => ({ ...executionsOf(run), workflowId: summary.workflowId, endedAt: summary.finishedAt! }))
    const written = await samples.write(await bucketsOf(ended, now), { name: RUNS_MARK, from: mark, to: upTo })
    if (written && counted.length > 0) onRecorded?.(counted)
    return written && upTo < now - SETTLE_MS
  }

  async function bucketsOf(ended: readonly Ended[], now: EpochMs): Promise<SampleBucket[]> {
    const all: SampleBucket[] = []
    for (const { stepMs, keepMs } of ROLLUPS) {
      for (const [at, workflows] of grouped(ended.filter(({ endedAt }) => endedAt >= now - keepMs), stepMs)) {
        const subjects = [...workflows.keys()]
        const asked = { stepMs, from: at, to: at + 1, subjects }
        const [runs, nodes] = [await samples.read({ ...asked, kind: 'workflow' }), await samples.read({ ...asked, kind: 'node' })]
        for (const [subject, some] of workflows) {
          const there = { runs: runs.find((one) => one.subject === subject), nodes: nodes.find((one) => one.subject === subject) }
          const bucket = mergeExecutions([...(there.runs ? [ExecutionBucket.parse(there.runs.figures)] : []), ...some.flatMap(({ run }) => (run ? [bucketOfExecution(run)] : []))])
          if (bucket) all.push({ kind: 'workflow', stepMs, at, subject, figures: bucket as Json })
          const byNode = nodesOf(some, there.nodes ? NodeBuckets.parse(there.nodes.figures) : {})
          if (Object.keys(byNode).length > 0) all.push({ kind: 'node', stepMs, at, subject, figures: byNode as Json })
        }
      }
    }
    return all
  }

  async function record(): Promise<void> {
    try {
      while (!stopped && onDuty() && (await recordSome())) await new Promise<void>((resolve) => clock.wakeAt(clock.now() + PAUSE_MS, resolve))
      failing = false
    } catch (error) {
      // The mark stands where it stood: the next look makes up for it. Said once.
      if (!failing) logger({ level: 'WARNING', component: 'samples', category: 'system', message: `Could not write down what runs took, trying again: ${String(error)}` })
      failing = true
    }
    if (!stopped) wake = clock.wakeAt(clock.now() + EVERY_MS, () => void (recording = record()))
  }

  return {
    start: (): void => void (recording = record()),
    /** What is not written yet is at the next start. */
    async stop(): Promise<void> {
      stopped = true
      wake?.()
      await recording
    },
  }
}

/** By when the step began, then by workflow. */
function grouped(ended: readonly Ended[], stepMs: number): Map<EpochMs, Map<string, Ended[]>> {
  const groups = new Map<EpochMs, Map<string, Ended[]>>()
  for (const one of ended) {
    const at = stepAt(one.endedAt, stepMs)
    const workflows = groups.get(at) ?? new Map<string, Ended[]>()
    groups.set(at, workflows.set(one.workflowId, [...(workflows.get(one.workflowId) ?? []), one]))
  }
  return groups
}

function nodesOf(ended: readonly Ended[], before: NodeBuckets): NodeBuckets {
  const found = new Map<string, ExecutionBucket[]>(Object.entries(before).map(([node, bucket]) => [node, [bucket]]))
  for (const { nodes } of ended) for (const [node, some] of Object.entries(nodes)) found.set(node, [...(found.get(node) ?? []), ...some.map(bucketOfExecution)])
  return Object.fromEntries([...found].map(([node, buckets]) => [node, mergeExecutions(buckets)!]))
}
