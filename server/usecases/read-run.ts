import type { Graph } from '@/domain/graph/graph'
import type { Turn } from '@/domain/run/admit-runs'
import { foldRun } from '@/domain/run/reduce-run'
import { RunId, type RunEvent } from '@/domain/run/run-event'
import { emptyRun, FINISHED, isFinished, type RunState } from '@/domain/run/run-state'
import type { RunControl } from '@/server/ports/run-control'
import type { Page, RunFilter, RunLog, RunSummary } from '@/server/ports/run-log'
import { authorise, type Actor } from './actor'
import { unknownRun } from './refusals'

/** Events handed on at once. */
const PAGE = 1_000

/** What is known of runs, all of it from their logs. Everything here @throws {NotFound} for an unknown run. */
export function readRun({ runLog, runs }: { runLog: RunLog; runs: Pick<RunControl, 'line'> }) {
  const known = async (id: string): Promise<RunSummary> => {
    const parsed = RunId.safeParse(id)
    const summary = parsed.success ? await runLog.find(parsed.data) : undefined
    if (!summary) throw unknownRun(id)
    return summary
  }
  const fold = async (id: RunId): Promise<RunState> => {
    let state = emptyRun
    for await (const events of pagesOf(runLog, id, 0)) state = foldRun(state, events)
    return state
  }
  return {
    /** Each with its turn, where it waits in line. */
    async list(actor: Actor, filter: RunFilter): Promise<Page<RunSummary & { turn?: Turn }>> {
      authorise(actor, 'runs.read')
      const page = await runLog.list(filter)
      if (page.items.every(({ status }) => FINISHED.includes(status))) return page
      const turns = new Map(runs.line().map((turn) => [turn.id, turn]))
      return { ...page, items: page.items.map((run) => ({ ...run, ...(turns.has(run.id) && { turn: turns.get(run.id)! }) })) }
    },
    async state(actor: Actor, id: string): Promise<{ id: RunId; run: RunState; turn?: Turn }> {
      authorise(actor, 'runs.read')
      const summary = await known(id)
      const run = await fold(summary.id)
      const turn = isFinished(run) ? undefined : runs.line().find((one) => one.id === id)
      return { id: summary.id, run, ...(turn && { turn }) }
    },
    async graph(actor: Actor, id: string): Promise<Graph> {
      authorise(actor, 'runs.read')
      const summary = await known(id)
      const [first] = await runLog.read(summary.id, 0, 1)
      const graph = first?.type === 'run.queued' ? await runLog.loadGraph(first.graphHash) : undefined
      if (!graph) throw new Error(`The graph of run ${id} is missing`)
      return graph
    },
    /** The log behind `after`, in pages. The run's existence is checked before the first page. */
    async events(actor: Actor, id: string, after: number): Promise<AsyncGenerator<RunEvent[]>> {
      authorise(actor, 'runs.read')
      return pagesOf(runLog, (await known(id)).id, after)
    },
  }
}

async function* pagesOf(runLog: RunLog, id: RunId, after: number): AsyncGenerator<RunEvent[]> {
  for (let place = after; ; ) {
    const page = await runLog.read(id, place, PAGE)
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    place = page.at(-1)!.seq
  }
}
export type ReadRun = ReturnType<typeof readRun>
