import { isRemark, type Graph } from '@/domain/graph/graph'
import { sameJson, type Json } from '@/domain/json'
import { costOf, type TokenPrices } from '@/domain/metric/token-price'
import { largeOf, type LargeValue } from '@/domain/run/large-value'
import { fieldsThatDiffer } from '@/domain/run/promote-change'
import { bodyValue, type RunBody } from '@/wire/runs'

export type BranchRun = { run: RunBody; graph: Graph }
export type BranchFigure = 'time' | 'tokens' | 'cost'
export type BranchEdit = { name: string; kind: 'field'; field: string; value: Json | undefined } | { name: string; kind: 'output' }
/** Figures are of the steps that some branch ran, in all columns: else a fork, which takes over most, would always win over its parent. */
export type BranchColumn = { run: RunBody; edits: BranchEdit[]; figures: Record<BranchFigure, number | undefined>; best: ReadonlySet<BranchFigure> }
/** A node whose output is not the same everywhere, with its output in each column; null: none. */
export type BranchRow = { nodeId: string; name: string; outputs: (Json | LargeValue)[] }

const FIGURES: readonly BranchFigure[] = ['time', 'tokens', 'cost']

/** The parent and its branches, in this order, with what tells them apart. */
export function prepareBranches(parent: BranchRun, branches: readonly BranchRun[], prices: TokenPrices): { columns: BranchColumn[]; rows: BranchRow[] } {
  const all = [parent, ...branches]
  const nodes = parent.graph.nodes.filter((node) => !isRemark(node.type))
  const ran = new Set(nodes.map((node) => node.id as string).filter((id) => branches.some(({ run }) => isOwn(run, id))))
  const figures = all.map(({ run }) => ({ time: timeOf(run, ran), tokens: tokensOf(run, ran), cost: costOfRun(run, ran, prices) }))
  const columns = all.map(({ run, graph }, index) => ({ run, edits: index === 0 ? [] : editsOf(parent.graph, graph, run), figures: figures[index]!, best: new Set<BranchFigure>() }))
  for (const figure of FIGURES) markBest(columns.slice(1), figure)
  const rows = nodes.map(({ id, name }) => ({ nodeId: id as string, name, outputs: all.map(({ run }) => bodyValue(run.steps[id]?.output ?? null, run.steps[id]?.large?.output)) }))
  return { columns, rows: rows.filter(({ outputs }) => outputs.some((output) => !sameOutput(output, outputs[0]!))) }
}

/** Large ones by their hashes. */
function sameOutput(a: Json | LargeValue, b: Json | LargeValue): boolean {
  const [large, other] = [largeOf(a), largeOf(b)]
  return large || other ? large?.hash === other?.hash : sameJson(a as Json, b as Json)
}

/** The lowest of the branches that came through, where there is one to beat. */
function markBest(columns: readonly (BranchColumn & { best: Set<BranchFigure> })[], figure: BranchFigure): void {
  const known = columns.filter(({ run, figures }) => run.status === 'completed' && figures[figure] !== undefined)
  const least = Math.min(...known.map(({ figures }) => figures[figure]!))
  if (known.length < 2 || known.every(({ figures }) => figures[figure] === least)) return
  for (const { figures, best } of known) if (figures[figure] === least) best.add(figure)
}

function isOwn(run: RunBody, id: string): boolean {
  const step = run.steps[id]
  return step !== undefined && step.reusedFrom === undefined && step.startedAt !== null
}

/** From the first of these steps to the last; a run that goes on has none yet. */
function timeOf(run: RunBody, ids: ReadonlySet<string>): number | undefined {
  if (run.finishedAt === null) return undefined
  const steps = [...ids].flatMap((id) => run.steps[id] ?? []).filter((step) => step.startedAt !== null && step.finishedAt !== null && step.reusedFrom === undefined)
  if (steps.length === 0) return undefined
  return Math.max(...steps.map((step) => Date.parse(step.finishedAt!))) - Math.min(...steps.map((step) => Date.parse(step.startedAt!)))
}

function callsOf(run: RunBody, ids: ReadonlySet<string>) {
  return Object.entries(run.steps).flatMap(([key, step]) => (step.usage && !step.pinned && step.reusedFrom === undefined && ids.has(key.split('[')[0]!) ? [{ ...step, usage: step.usage }] : []))
}

function tokensOf(run: RunBody, ids: ReadonlySet<string>): number {
  return callsOf(run, ids).reduce((sum, { usage }) => sum + usage.promptTokens + usage.completionTokens, 0)
}

function costOfRun(run: RunBody, ids: ReadonlySet<string>, prices: TokenPrices): number | undefined {
  if (prices.length === 0) return undefined
  return callsOf(run, ids).reduce<number | undefined>((sum, { usage, route, finishedAt }) => {
    const cost = costOf(prices, { model: route?.model, at: Date.parse(finishedAt ?? run.createdAt), promptTokens: usage.promptTokens, completionTokens: usage.completionTokens })
    return sum === undefined || cost === undefined ? undefined : sum + cost
  }, 0)
}

function editsOf(before: Graph, after: Graph, run: RunBody): BranchEdit[] {
  const known = new Map(before.nodes.map((node) => [node.id as string, node]))
  return after.nodes.flatMap((node): BranchEdit[] => [
    ...fieldsThatDiffer(known.get(node.id)?.config ?? {}, node.config).map((field): BranchEdit => ({ name: node.name, kind: 'field', field, value: node.config[field] })),
    ...(run.steps[node.id]?.pinned && run.steps[node.id]?.reusedFrom === undefined ? [{ name: node.name, kind: 'output' as const }] : []),
  ])
}
