import { setImmediate } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { measureRun, type RunMeasure } from '@/domain/metric/measure-run'
import type { TokenPrices } from '@/domain/metric/token-price'
import { reportOf, tokensOf, type ReportFigures } from '@/domain/metric/workflow-report'
import type { RunId } from '@/domain/run/run-event'
import { FINISHED } from '@/domain/run/run-state'
import type { RunLog, RunSummary } from '@/server/ports/run-log'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { ReadRun } from './read-run'

/** Runs a report looks at, newest first. */
export const REPORTED_RUNS = 1_000
/** Of them, listed one by one. */
const LISTED = 100
/** A finished run does not change any more. */
const REMEMBERED = 2_000

export type Period = { from?: number; to?: number }
export type WorkflowReport = ReportFigures & {
  workflow: { id: string; name: string }
  /** There were more runs in the period than were looked at. */
  cut: boolean
  history: (RunMeasure & { cost: number | null })[]
}

/** A workflow's runs of a period, for a report to read or print. @throws {UnknownWorkflow} */
export function reportWorkflow({ runLog, workflows, read, tokenPrices }: { runLog: RunLog; workflows: WorkflowStore; read: ReadRun; tokenPrices: () => Promise<TokenPrices> }) {
  const known = new LRUCache<string, RunMeasure>({ max: REMEMBERED })

  async function measured(actor: Actor, { id, status }: RunSummary): Promise<RunMeasure> {
    const remembered = known.get(id)
    if (remembered) return remembered
    const found = await measureRunOf(actor, id)
    if (FINISHED.includes(status)) known.set(id, found)
    // Reading a log is work for this one thread: others have their turn between two.
    await setImmediate()
    return found
  }

  async function measureRunOf(actor: Actor, id: RunId): Promise<RunMeasure> {
    const { run } = await read.state(actor, id)
    return measureRun(id, run, await runLog.loadGraph(run.graphHash))
  }

  return async (actor: Actor, workflowId: string, period: Period): Promise<WorkflowReport> => {
    authorise(actor, 'runs.read')
    const workflow = await workflows.find(workflowId)
    if (!workflow) throw new UnknownWorkflow(workflowId)
    const { runs, cut } = await runsWithin(runLog, workflowId, period)
    const measures: RunMeasure[] = []
    for (const run of runs) measures.push(await measured(actor, run))
    const prices = await tokenPrices()
    return { ...reportOf(measures, prices), workflow: { id: workflow.id, name: workflow.name }, cut, history: measures.slice(0, LISTED).map((one) => ({ ...one, cost: tokensOf(one.calls, prices).cost })) }
  }
}

/** By when they were created, newest first. */
async function runsWithin(runLog: RunLog, workflowId: string, { from = -Infinity, to = Infinity }: Period): Promise<{ runs: RunSummary[]; cut: boolean }> {
  const runs: RunSummary[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await runLog.list({ workflowId, limit: 200, ...(cursor !== undefined && { cursor }) })
    runs.push(...page.items.filter((run) => run.createdAt >= from && run.createdAt <= to))
    if (runs.length > REPORTED_RUNS) return { runs: runs.slice(0, REPORTED_RUNS), cut: true }
    if (page.nextCursor === null || (page.items.at(-1)?.createdAt ?? 0) < from) return { runs, cut: false }
    cursor = page.nextCursor
  }
}
