import { z } from 'zod'
import type { ModelCall, RunMeasure } from './measure-run'
import { costOf, type TokenPrices } from './token-price'

/** What a node took in one run, or takes in the middle of many; a map's inner calls are its own. Null: not known. */
export const NodeFigures = z.object({
  durationMs: z.number().nullable(),
  /** Null: it called no model. */
  tokens: z.object({ prompt: z.number(), cached: z.number(), completion: z.number() }).nullable(),
  /** Null: it called none, or some of its models have no price. */
  cost: z.number().nullable(),
})
export type NodeFigures = z.infer<typeof NodeFigures>

/** `runs`: how many have it. */
export const NodeHistory = z.object({ last: NodeFigures, typical: NodeFigures, runs: z.int() })
export type NodeHistory = z.infer<typeof NodeHistory>

/** Figures of each node; of one in a map's body the middle duration of its items, and the tokens of all. @param measures newest first; medians are of those that know the figure */
export function nodeHistories(measures: readonly RunMeasure[], prices: TokenPrices): Record<string, NodeHistory> {
  const found = new Map<string, NodeFigures[]>()
  for (const measure of measures) {
    for (const [node, figures] of figuresOfRun(measure, prices)) found.set(node, [...(found.get(node) ?? []), figures])
  }
  return Object.fromEntries([...found].map(([node, some]) => [node, { last: some[0]!, typical: medianFigures(some), runs: some.length }]))
}

function figuresOfRun({ nodes, calls }: RunMeasure, prices: TokenPrices): Map<string, NodeFigures> {
  const callsOf = new Map<string, ModelCall[]>()
  for (const call of calls) {
    for (const node of andAround(call.node)) {
      const of = callsOf.get(node)
      if (of) of.push(call)
      else callsOf.set(node, [call])
    }
  }
  return new Map(Object.entries(nodes).map(([node, executions]) => [node, { durationMs: medianOf(executions.map(({ durationMs }) => durationMs)), ...tokensOf(callsOf.get(node) ?? [], prices) }]))
}

function tokensOf(calls: readonly ModelCall[], prices: TokenPrices): Pick<NodeFigures, 'tokens' | 'cost'> {
  if (calls.length === 0) return { tokens: null, cost: null }
  const sum = (of: (call: ModelCall) => number) => calls.reduce((total, call) => total + of(call), 0)
  const costs = calls.map((call) => costOf(prices, call))
  return {
    tokens: { prompt: sum((call) => call.promptTokens), cached: sum((call) => call.cachedTokens), completion: sum((call) => call.completionTokens) },
    cost: costs.includes(undefined) ? null : costs.reduce<number>((total, cost) => total + cost!, 0),
  }
}

function medianFigures(some: readonly NodeFigures[]): NodeFigures {
  const tokens = some.flatMap((one) => one.tokens ?? [])
  return {
    durationMs: medianOf(some.flatMap((one) => one.durationMs ?? [])),
    tokens: tokens.length === 0 ? null : { prompt: medianOf(tokens.map((one) => one.prompt))!, cached: medianOf(tokens.map((one) => one.cached))!, completion: medianOf(tokens.map((one) => one.completion))! },
    cost: medianOf(some.flatMap((one) => one.cost ?? [])),
  }
}

/** Nearest rank, as everywhere. */
function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length / 2) - 1)] ?? null
}

/** `a.b` → `a`, `a.b`: what is called within a node is called for it. */
function andAround(node: string): string[] {
  const parts = node.split('.')
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'))
}
