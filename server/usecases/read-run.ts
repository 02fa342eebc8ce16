import type { Graph } from '@/domain/graph/graph'
import type { Turn } from '@/domain/run/admit-runs'
import { resultsOfItem, type LastResult } from '@/domain/run/last-results'
import { itemsOfMap } from '@/domain/run/map-items'
import { foldRun } from '@/domain/run/reduce-run'
import { RunId, type RunEvent } from '@/domain/run/run-event'
import { emptyRun, FINISHED, isFinished, type RunState } from '@/domain/run/run-state'
import type { RunControl } from '@/server/ports/run-control'
import type { Logger } from '@/server/ports/log-store'
import type { Page, RunFilter, RunLog, RunSummary } from '@/server/ports/run-log'
import { sameSummary, summaryOf } from '@/server/ports/run-summary'
import { authorise, type Actor } from './actor'
import { unknownRun, unknownValue } from './refusals'

/** `apart`: a `LargeValue` stands in the place of each large one. */
export type Values = 'whole' | 'apart'

/** Events handed on at once. */
const PAGE = 1_000
/** Items to choose from: the first ones, and as many that failed. */
const MOST_ITEMS = 100

/** What is known of runs, all of it from their logs. A row of the list that says something else is told of and written anew. Everything here @throws {NotFound} for an unknown run. */
export function readRun({ runLog, runs, logger }: { runLog: RunLog; runs: Pick<RunControl, 'line' | 'submit'>; logger: Logger }) {
  const known = async (id: string): Promise<RunSummary> => {
    const parsed = RunId.safeParse(id)
    const summary = parsed.success ? await runLog.find(parsed.data) : undefined
    if (!summary) throw unknownRun(id)
    return summary
  }
  const fold = async (id: RunId, values: Values): Promise<RunState> => {
    let state = emptyRun
    for await (const events of pagesOf(runLog, id, 0, values)) state = foldRun(state, events)
    return state
  }
  /** A row that lags behind has only been overtaken: the store looks again before it writes. */
  const check = async (summary: RunSummary, run: RunState): Promise<void> => {
    if (sameSummary(summary, summaryOf(summary.id, run)) || !(await runLog.mend(summary.id, run))) return
    logger({
      level: 'ERROR', component: 'engine', category: 'system', runId: summary.id, message: 'The row of the run was not what its log says, and has been rebuilt from it',
      data: { storedStatus: summary.status, storedSeq: summary.seq, status: run.status, seq: run.seq },
    })
    // Who had it for ended does not work on it.
    if (!isFinished(run)) await runs.submit(summary.id)
  }
  return {
    /** Each with its turn, where it waits in line. */
    async list(actor: Actor, filter: RunFilter): Promise<Page<RunSummary & { turn?: Turn }>> {
      authorise(actor, 'runs.read')
      const page = await runLog.list(filter)
      if (page.items.every(({ status }) => FINISHED.includes(status))) return page
      const turns = new Map((await runs.line()).map((turn) => [turn.id, turn]))
      return { ...page, items: page.items.map((run) => ({ ...run, ...(turns.has(run.id) && { turn: turns.get(run.id)! }) })) }
    },
    async state(actor: Actor, id: string, values: Values = 'whole'): Promise<{ id: RunId; run: RunState; turn?: Turn }> {
      authorise(actor, 'runs.read')
      const summary = await known(id)
      const run = await fold(summary.id, values)
      await check(summary, run)
      const turn = isFinished(run) ? undefined : (await runs.line()).find((one) => one.id === id)
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
    /** What a map of it went through, to choose from. @param mapKey `outer[3].inner` */
    async items(actor: Actor, id: string, mapKey: string): Promise<ReturnType<typeof itemsOfMap>> {
      const { run } = await this.state(actor, id)
      return itemsOfMap(run, await this.graph(actor, id), mapKey, MOST_ITEMS)
    },
    /** What the nodes of a map's body did with one item. @param item `outer[3].inner[0]` */
    async itemResults(actor: Actor, id: string, item: string): Promise<Record<string, LastResult>> {
      const { run } = await this.state(actor, id)
      return resultsOfItem(id, run, await this.graph(actor, id), item)
    },
    /** The log behind `after`, in pages. The run's existence is checked before the first page. */
    async events(actor: Actor, id: string, after: number, values: Values = 'whole'): Promise<AsyncGenerator<RunEvent[]>> {
      authorise(actor, 'runs.read')
      return pagesOf(runLog, (await known(id)).id, after, values)
    },
    /** JSON of a large value of the run. @throws {NotFound} too where only another run holds it */
    async largeValue(actor: Actor, id: string, hash: string): Promise<string> {
      authorise(actor, 'runs.read')
      const { id: runId } = await known(id)
      const json = await runLog.largeValue(runId, hash)
      if (json === undefined) throw unknownValue(runId, hash)
      return json
    },
  }
}

async function* pagesOf(runLog: RunLog, id: RunId, after: number, values: Values): AsyncGenerator<RunEvent[]> {
  for (let place = after; ; ) {
    const page = await (values === 'whole' ? runLog.read(id, place, PAGE) : runLog.readApart(id, place, PAGE))
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    place = page.at(-1)!.seq
  }
}
export type ReadRun = ReturnType<typeof readRun>
