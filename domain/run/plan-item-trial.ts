import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import { resultsOfItem, type LastResult } from './last-results'
import { beforeIn, planTrial, readBy, trialGraph, type TrialPlan } from './plan-trial'
import type { RunFact } from './run-event'
import { itemPrefix, parseStepKey } from './run-graph'
import { stepOf, type RunState } from './run-state'
import { itemsOf } from './scope'
import type { LastResults } from './stale-nodes'
import { takenFacts, type TakenFrom } from './taken-facts'
import type { Trial } from './trial'

/** A run whose maps went through the item, and its graph. */
export type ItemSource = { runId: string; run: RunState; graph: Graph }
export type ItemTrialPlan = {
  /** Of the body: what runs and what it builds on. */
  inner: TrialPlan
  body: Graph
  /** Nodes around the maps that the body reads and that did not run: by id. */
  missingAround: readonly string[]
  /** What a node of the body did with the item. */
  results: LastResults
  levels: readonly ItemLevel[]
}
/** A level around the body: its map, and what stands before that. */
type ItemLevel = { map: GraphNode; prefix: string; taken: readonly string[]; level: Graph; asItRan: Graph }

/**
 * What a trial of a part of a map's body runs, with an item that a run has gone through.
 * I1. Maps on the way are at work on that item alone, and have the list that they had then.
 * I2. What stands before them is taken over from that run, also where it has changed since: the item came from there.
 * I3. In the body the rules of `planTrial` hold, with what its nodes did with this very item.
 * @param item `outer[3].inner[0]`
 * @param newer results of nodes of the body, of later trials with the same item
 * @returns undefined where the run has no such item, or the draft no such map any more
 */
export function planItemTrial(graph: Graph, source: ItemSource, item: string, trial: Pick<Trial, 'node' | 'reach'>, newer: LastResults = {}): ItemTrialPlan | undefined {
  const segments = parseStepKey(item)
  const levels: ItemLevel[] = []
  let [level, asItRan, prefix] = [graph, source.graph, '']
  for (const { id, index } of segments) {
    const map = level.nodes.find((node) => node.id === id && node.type === 'map')
    if (!map || index === undefined || index >= itemsOf(stepOf(source.run, prefix + id)).length) return undefined
    levels.push({ map, prefix, level, asItRan, taken: takenBefore(level, id, source.run, prefix) })
    prefix = itemPrefix(prefix + id, index)
    level = graphAt(level, [id])
    asItRan = graphAt(asItRan, [id])
  }
  if (!level.nodes.some(({ id, type }) => id === trial.node && !isRemark(type))) return undefined
  const results = { ...resultsOfItem(source.runId, source.run, source.graph, item), ...newer }
  const inner = planTrial(level, results, trial)
  return { inner, body: level, results, levels, missingAround: missingAround(levels, level, inner) }
}

function takenBefore(level: Graph, id: string, run: RunState, prefix: string): string[] {
  return beforeIn(level, id).filter((one) => {
    const { kind } = stepOf(run, prefix + one).state
    return kind === 'completed' || kind === 'skipped' || kind === 'failed'
  })
}

/** What runs reads of the levels around it; a nearer node hides a farther one of the same id. */
function missingAround(levels: readonly ItemLevel[], body: Graph, { run }: TrialPlan): string[] {
  const own = new Set<string>(body.nodes.map(({ id }) => id))
  const read = new Set(body.nodes.filter(({ id }) => run.includes(id)).flatMap(readBy).filter((id) => !own.has(id)))
  return [...read].filter((id) => {
    const around = levels.findLast(({ level }) => level.nodes.some((node) => node.id === id))
    return around !== undefined && !around.taken.includes(id)
  })
}

/** The graph of such a trial: on each level what is taken over and the map, in its body the trial's own part. */
export function itemTrialGraph({ inner, body, levels }: ItemTrialPlan, innerAsItRan: (id: string) => GraphNode['config'] | undefined): Graph {
  return levels.reduceRight<Graph>((within, { map, taken, level, asItRan }) => {
    const kept = new Set<string>([...taken, map.id])
    const configOf = (graph: Graph, id: string) => graph.nodes.find((node) => node.id === id)?.config
    return {
      nodes: level.nodes.filter(({ id }) => kept.has(id)).map((node) => ({ ...node, config: node.id === map.id ? mapConfig(configOf(asItRan, map.id) ?? map.config, within) : (configOf(asItRan, node.id) ?? node.config) })),
      edges: level.edges.filter(({ source, target }) => kept.has(source) && kept.has(target)),
    }
  }, trialGraph(body, inner, innerAsItRan))
}

/** Of a map that is on the way: no limit of time, no memory and no condition of the whole map holds for one item. */
function mapConfig({ items }: GraphNode['config'], body: Graph): GraphNode['config'] {
  return { ...(items !== undefined && { items }), body: JSON.parse(JSON.stringify(body)) as GraphNode['config'][string] }
}

/** The facts that such a trial begins with. @param from the runs that the results of the body are taken from, by id of a node */
export function itemTrialFacts({ inner, levels }: ItemTrialPlan, source: ItemSource, item: string, from: TakenFrom): RunFact[] {
  const key = (id: string) => `${item}.${id}`
  const all = new Map([...levels.flatMap(({ prefix, taken }) => taken.map((id): [string, ItemSource] => [prefix + id, source])), ...inner.taken.flatMap((id) => (from.has(id) ? [[key(id), from.get(id)!] as const] : []))])
  const maps = levels.map(({ map, prefix }): RunFact => ({ type: 'step.started', nodeId: prefix + map.id, attempt: 1, input: { items: [...itemsOf(stepOf(source.run, prefix + map.id))] } }))
  return [...takenFacts([...all.keys()], all, new Set(inner.run.map(key))), ...maps]
}

/** Of what nodes of a body did in later runs, what they did with this item. @param around `outer.inner.`: how results name what lies in the body */
export function newerOfItem(all: LastResults, around: string, item: string, since: number): Record<string, LastResult> {
  return Object.fromEntries(Object.entries(all).flatMap(([name, result]) => {
    const id = name.slice(around.length)
    return name.startsWith(around) && result.items?.step === `${item}.${id}` && result.items.alone === true && result.at >= since && result.status !== 'skipped' ? [[id, result]] : []
  }))
}
