import { z } from 'zod'
import { groupsOf } from './groups-of'
import type { ModelCall, RunMeasure } from './measure-run'
import { ExecutionStatistics, statisticsOf, type Execution } from './statistics'
import { costOf, type TokenPrices } from './token-price'

/** Rows of a table in a report; a printed page has an end. */
const MOST_ROWS = 20

const TokenFigures = z.object({
  calls: z.int(), promptTokens: z.number(), cachedTokens: z.number(), completionTokens: z.number(),
  /** Null: some of the calls have no price. */
  cost: z.number().nullable(),
})

export const ReportFigures = z.object({
  runs: z.object({ total: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int(), unfinished: z.int() }),
  executions: ExecutionStatistics,
  /** Slowest first, by what they took together. */
  slowest: z.array(ExecutionStatistics.extend({ node: z.string() })),
  /** Most frequent first; `runId` is the newest of them. */
  failures: z.array(z.object({ code: z.string(), node: z.string().nullable(), count: z.int(), message: z.string(), runId: z.string(), /** Of that run. */ step: z.string().nullable() })),
  /** What nodes are called, each in the newest of the runs that had it. */
  nodeNames: z.record(z.string(), z.string()),
  tokens: TokenFigures,
  tokensByNode: z.array(TokenFigures.extend({ node: z.string() })),
  /** Null: the model was left to the fleet, in runs that do not say which it was. */
  tokensByModel: z.array(TokenFigures.extend({ model: z.string().nullable() })),
  /** Some calls were answered by the simulated fleet. */
  simulated: z.boolean(),
})
export type ReportFigures = z.infer<typeof ReportFigures>

/** What runs of one workflow come to. @param measures newest first */
export function reportOf(measures: readonly RunMeasure[], prices: TokenPrices): ReportFigures {
  const count = (...statuses: RunMeasure['status'][]) => measures.filter((one) => statuses.includes(one.status)).length
  const calls = measures.flatMap((one) => one.calls)
  return {
    runs: { total: measures.length, completed: count('completed'), failed: count('failed'), cancelled: count('cancelled'), unfinished: count('queued', 'running', 'waiting') },
    executions: statisticsOf(measures.flatMap((one) => one.run ?? [])),
    slowest: slowestOf(measures), failures: failuresOf(measures),
    nodeNames: Object.fromEntries(measures.toReversed().flatMap((one) => Object.entries(one.names))),
    tokens: tokensOf(calls, prices),
    tokensByNode: [...groupsOf(calls, (call) => call.node)].map(([node, some]) => ({ node, ...tokensOf(some, prices) }))
      .sort((a, b) => b.promptTokens + b.completionTokens - (a.promptTokens + a.completionTokens)).slice(0, MOST_ROWS),
    tokensByModel: [...groupsOf(calls, (call) => call.model ?? '')].map(([model, some]) => ({ model: model === '' ? null : model, ...tokensOf(some, prices) }))
      .sort((a, b) => b.promptTokens + b.completionTokens - (a.promptTokens + a.completionTokens)).slice(0, MOST_ROWS),
    simulated: calls.some((call) => call.simulated),
  }
}

function slowestOf(measures: readonly RunMeasure[]): ReportFigures['slowest'] {
  const nodes = new Map<string, Execution[]>()
  for (const { nodes: some } of measures) for (const [node, executions] of Object.entries(some)) nodes.set(node, (nodes.get(node) ?? []).concat(executions))
  return [...nodes].map(([node, executions]) => ({ node, ...statisticsOf(executions) })).sort((a, b) => (b.durationMs?.total ?? 0) - (a.durationMs?.total ?? 0)).slice(0, MOST_ROWS)
}

/** By code and node: a message may name what was different each time. */
function failuresOf(measures: readonly RunMeasure[]): ReportFigures['failures'] {
  const failed = measures.flatMap(({ id, failure }) => (failure ? [{ ...failure, runId: id }] : []))
  return [...groupsOf(failed, ({ code, node }) => JSON.stringify([code, node])).values()]
    .map((some) => ({ code: some[0]!.code, node: some[0]!.node ?? null, count: some.length, message: some[0]!.message, runId: some[0]!.runId, step: some[0]!.step ?? null }))
    .sort((a, b) => b.count - a.count).slice(0, MOST_ROWS)
}

/** What calls used and cost. */
export function tokensOf(calls: readonly ModelCall[], prices: TokenPrices): z.infer<typeof TokenFigures> {
  const sum = (of: (call: ModelCall) => number): number => calls.reduce((total, call) => total + of(call), 0)
  const costs = calls.map((call) => costOf(prices, call))
  const known = costs.filter((cost) => cost !== undefined)
  return {
    calls: calls.length, promptTokens: sum((call) => call.promptTokens), cachedTokens: sum((call) => call.cachedTokens), completionTokens: sum((call) => call.completionTokens),
    cost: prices.length > 0 && known.length === costs.length ? known.reduce((total, cost) => total + cost, 0) : null,
  }
}
