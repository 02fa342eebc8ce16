import { LRUCache } from 'lru-cache'
import type { EpochMs } from '@/domain/json'
import { bucketOfExecution, costOfBucket, ExecutionBucket, figuresOfBucket, mergeExecutions, NodeBuckets, statisticsOfBucket } from '@/domain/metric/execution-bucket'
import type { ExecutionFigures } from '@/domain/metric/execution-figures'
import { groupsOf } from '@/domain/metric/groups-of'
import { executionsOf, type RunExecutions } from '@/domain/metric/run-executions'
import type { ExecutionStatistics } from '@/domain/metric/statistics'
import type { TokenPrices } from '@/domain/metric/token-price'
import { FINEST_MS, stepAt, stepOfRange, storedStep, type StepMs } from '@/domain/metric/time-steps'
import type { Clock } from '@/server/ports/clock'
import type { RunLog } from '@/server/ports/run-log'
import { RUNS_MARK, type SampleBucket, type SampleStore } from '@/server/ports/sample-store'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { ReadRun } from './read-run'
import { asRange, type Range } from './sample-range'

/** Workflows whose points are told, those with the most executions first: a chart has no more lines. */
export const DRAWN_WORKFLOWS = 12
/** Runs that ended and are not written down yet, which are read one by one; more than these wait for the recorder. */
const MOST_FRESH = 500
const REMEMBERED = 2_000
/** Looks at the mark until no write came between. */
const TRIES = 5

export type ExecutionSeries = { total: ExecutionStatistics & { /** Executions a minute of the time. */ perMinute: number; /** Of their model calls, each step at the prices of its begin; null: some have none. */ cost: number | null }; points: ({ at: EpochMs } & ExecutionFigures)[] }
type Span = { stepMs: number; from: EpochMs; to: EpochMs }
export type AllExecutions = Span & { all: ExecutionSeries; workflows: (ExecutionSeries & { workflowId: string; /** Null: it was deleted. */ name: string | null })[] }
export type WorkflowExecutions = Span & { workflow: ExecutionSeries; agents: Record<string, ExecutionSeries> }

type Row = { at: EpochMs; subject: string; bucket: ExecutionBucket }
export type ReadExecutionsDeps = { samples: SampleStore; runLog: Pick<RunLog, 'ended'>; workflows: WorkflowStore; read: ReadRun; clock: Pick<Clock, 'now'>; tokenPrices: () => Promise<TokenPrices> }

/** What runs and their nodes took over a time: from what was written down, and from runs that have just ended. A step without a point had no executions. */
export function readExecutions({ samples, runLog, workflows, read, clock, tokenPrices }: ReadExecutionsDeps) {
  const known = new LRUCache<string, RunExecutions>({ max: REMEMBERED })

  function spanOf(asked: Range & { step?: StepMs }): Span & { stored: number } {
    const now = clock.now()
    const range = asRange(asked, now)
    const stored = storedStep(asked.step ?? stepOfRange(range.to - range.from), range.from, now)
    const stepMs = Math.max(asked.step ?? stepOfRange(range.to - range.from), stored)
    // Steps are whole: figures of a part of one are not known.
    return { stored, stepMs, from: stepAt(range.from, stepMs), to: Math.min(now + 1, stepAt(range.to - 1, stepMs) + stepMs) }
  }

  /** Buckets and fresh runs of one moment: a write in between would count runs twice, or not at all. */
  async function rowsOf<T>(actor: Actor, { from, to }: Span, readStored: () => Promise<T>, workflowId?: string): Promise<{ stored: T; fresh: (RunExecutions & { workflowId: string; at: EpochMs })[] }> {
    for (let left = TRIES; ; left--) {
      const mark = await samples.mark(RUNS_MARK)
      const stored = await readStored()
      const ended = await runLog.ended(Math.max(from, mark ?? from), to, MOST_FRESH + 1)
      if (left > 1 && (await samples.mark(RUNS_MARK)) !== mark) continue
      const fresh = ended.length > MOST_FRESH ? [] : ended.filter((run) => workflowId === undefined || run.workflowId === workflowId)
      return { stored, fresh: await Promise.all(fresh.map(async (run) => ({ ...(await executions(actor, run.id)), workflowId: run.workflowId, at: run.finishedAt! }))) }
    }
  }

  async function executions(actor: Actor, id: string): Promise<RunExecutions> {
    const found = known.get(id) ?? executionsOf((await read.state(actor, id)).run)
    known.set(id, found)
    return found
  }

  return {
    /** @throws {RangeRefused} */
    async all(actor: Actor, asked: Range & { step?: StepMs }): Promise<AllExecutions> {
      authorise(actor, 'runs.read')
      const { stored, ...span } = spanOf(asked)
      const found = await rowsOf(actor, span, () => samples.read({ kind: 'workflow', stepMs: stored, from: span.from, to: span.to }))
      const rows = workflowRows(found)
      const prices = await tokenPrices()
      const series = [...groupsOf(rows, (row) => row.subject)].map(([workflowId, some]) => ({ workflowId, ...seriesOf(some, span, prices) })).sort((a, b) => b.total.executions - a.total.executions)
      const named = await Promise.all(series.map(async (one) => ({ ...one, name: (await workflows.find(one.workflowId))?.name ?? null })))
      return { ...span, all: seriesOf(rows, span, prices), workflows: named.map((one, index) => (index < DRAWN_WORKFLOWS ? one : { ...one, points: [] })) }
    },

    /** Of every workflow the finest steps that had not ended at `since`: what is being rolled up now. */
    async recent(actor: Actor, since: EpochMs): Promise<({ workflowId: string; stepMs: number; at: EpochMs } & ExecutionFigures)[]> {
      authorise(actor, 'runs.read')
      const span = { stepMs: FINEST_MS, from: stepAt(since, FINEST_MS), to: clock.now() + 1 }
      const found = await rowsOf(actor, span, () => samples.read({ kind: 'workflow', ...span }))
      return [...groupsOf(workflowRows(found), (row) => row.subject)].flatMap(([workflowId, some]) => seriesOf(some, span, []).points.map((point) => ({ workflowId, stepMs: FINEST_MS, ...point })))
    },

    /** @throws {RangeRefused} {UnknownWorkflow} */
    async workflow(actor: Actor, workflowId: string, asked: Range & { step?: StepMs }): Promise<WorkflowExecutions> {
      authorise(actor, 'runs.read')
      if (!(await workflows.find(workflowId))) throw new UnknownWorkflow(workflowId)
      const { stored, ...span } = spanOf(asked)
      const query = { stepMs: stored, from: span.from, to: span.to, subjects: [workflowId] }
      const found = await rowsOf(actor, span, async () => ({ runs: await samples.read({ ...query, kind: 'workflow' }), nodes: await samples.read({ ...query, kind: 'node' }) }), workflowId)
      const runs: Row[] = [
        ...found.stored.runs.map(({ at, subject, figures }) => ({ at, subject, bucket: ExecutionBucket.parse(figures) })),
        ...found.fresh.flatMap(({ at, run }) => (run ? [{ at, subject: workflowId, bucket: bucketOfExecution(run) }] : [])),
      ]
      const nodes: Row[] = [
        ...found.stored.nodes.flatMap(({ at, figures }) => Object.entries(NodeBuckets.parse(figures)).map(([subject, bucket]) => ({ at, subject, bucket }))),
        ...found.fresh.flatMap(({ at, nodes: some }) => Object.entries(some).flatMap(([subject, ended]) => ended.map((one) => ({ at, subject, bucket: bucketOfExecution(one) })))),
      ]
      const prices = await tokenPrices()
      return { ...span, workflow: seriesOf(runs, span, prices), agents: Object.fromEntries([...groupsOf(nodes, (row) => row.subject)].map(([node, some]) => [node, seriesOf(some, span, prices)])) }
    },
  }
}

function workflowRows({ stored, fresh }: { stored: readonly SampleBucket[]; fresh: readonly (RunExecutions & { workflowId: string; at: EpochMs })[] }): Row[] {
  return [
    ...stored.map(({ at, subject, figures }) => ({ at, subject, bucket: ExecutionBucket.parse(figures) })),
    ...fresh.flatMap(({ at, workflowId, run }) => (run ? [{ at, subject: workflowId, bucket: bucketOfExecution(run) }] : [])),
  ]
}

function seriesOf(rows: readonly Row[], { stepMs, from, to }: Span, prices: TokenPrices): ExecutionSeries {
  const steps = [...groupsOf(rows, (row) => stepAt(row.at, stepMs))].sort(([a], [b]) => a - b)
  const buckets = steps.map(([at, some]) => ({ at, bucket: mergeExecutions(some.map((row) => row.bucket))! }))
  const total = statisticsOfBucket(mergeExecutions(buckets.map(({ bucket }) => bucket)))
  const costs = rows.map(({ bucket, at }) => costOfBucket(bucket, prices, at))
  const cost = prices.length === 0 || costs.includes(undefined) ? null : costs.reduce<number>((sum, one) => sum + (one ?? 0), 0)
  return { total: { ...total, perMinute: (total.executions * 60_000) / (to - from), cost }, points: buckets.map(({ at, bucket }) => ({ at, ...figuresOfBucket(bucket) })) }
}

export type ReadExecutions = ReturnType<typeof readExecutions>
