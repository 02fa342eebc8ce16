/**
 * What the nodes of the open workflow did when they ran last. A store of its own: none of it is in a node's data, so a run
 * draws no node again but those of which something changed.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Graph } from '@/domain/graph/graph'
import { criticalPath, type CriticalPath } from '@/domain/metric/critical-path'
import type { NodeHistory } from '@/domain/metric/node-figures'
import { graphAt } from '@/domain/graph/nested-graph'
import type { Json } from '@/domain/json'
import { staleNodes, type LastResults, type Staleness } from '@/domain/run/stale-nodes'
import type { NodeResultBody, WorkflowResultsBody } from '@/wire/results'
import { pickKey, type ItemPicks } from './item-to-try'

/** What a node of a trial is doing. */
export type TrialStep = 'running' | 'completed' | 'failed'
export type TrialRun = { runId: string; steps: Readonly<Record<string, TrialStep>> }

export type LastRunView = {
  results: Readonly<Record<string, NodeResultBody>>
  figures: Readonly<Record<string, NodeHistory>>
  /** What the newest run was given; undefined: there was none. */
  input: Json | undefined
  stale: ReadonlyMap<string, Staleness>
  path: CriticalPath | undefined
  onPath: ReadonlySet<string>
  trial: TrialRun | undefined
  /** Items that somebody wants to try parts of a map's body with. */
  picks: ItemPicks
  shown: boolean
}

export type LastRunStore = {
  view: StoreApi<LastRunView>
  /** What the server knows, and the graph as it is drawn now. */
  take(body: WorkflowResultsBody, graph: Graph): void
  begin(runId: string): void
  step(nodeId: string, step: TrialStep): void
  end(runId: string): void
  show(shown: boolean): void
  pick(runId: string, mapKey: string, index: number): void
}

export function createLastRunStore(shown: boolean): LastRunStore {
  const view = createStore<LastRunView>(() => ({ results: {}, figures: {}, input: undefined, stale: new Map(), path: undefined, onPath: new Set(), trial: undefined, picks: {}, shown }))
  // A short trial has ended before the answer that names it is here.
  const ended = new Set<string>()
  return {
    view,
    take({ results, figures, input, hasRun }, graph) {
      const path = criticalPath(graph, (id) => typicalMs(figures, id))
      view.setState({ results, figures, input: hasRun ? input : undefined, stale: new Map(staleOf(graph, asLastResults(results), '')), path, onPath: new Set([...(path?.nodes ?? []), ...(path?.edges.map(edgeKey) ?? [])]) })
    },
    begin: (runId) => view.setState(ended.has(runId) ? {} : { trial: { runId, steps: {} } }),
    step: (nodeId, step) => view.setState(({ trial }) => (trial ? { trial: { ...trial, steps: { ...trial.steps, [nodeId]: step } } } : {})),
    end(runId) {
      ended.add(runId)
      view.setState(({ trial }) => (trial?.runId === runId ? { trial: undefined } : {}))
    },
    pick: (runId, mapKey, index) => view.setState(({ picks }) => ({ picks: { ...picks, [pickKey(runId, mapKey)]: index } })),
    show: (next) => view.setState({ shown: next }),
  }
}

/** A node in the body of maps, as results and figures name it. */
export function nodeKey(path: readonly string[], id: string): string {
  return path.length === 0 ? id : `${path.join('.')}.${id}`
}

/** Level by level: a body goes stale by itself. */
function staleOf(level: Graph, results: LastResults, prefix: string): [string, Staleness][] {
  const here = prefix === '' ? results : Object.fromEntries(Object.entries(results).flatMap(([key, result]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), result]] : [])))
  return [...[...staleNodes(level, here)].map(([id, how]): [string, Staleness] => [prefix + id, how]), ...level.nodes.flatMap((node) => (node.type === 'map' ? staleOf(graphAt(level, [node.id]), results, `${prefix}${node.id}.`) : []))]
}

/** An edge may have the id of a node. */
export function edgeKey(id: string): string {
  return `edge:${id}`
}

/** A node may be called like what every object has. */
export function ofNode<T>(all: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(all, id) ? all[id] : undefined
}

function typicalMs(figures: LastRunView['figures'], id: string): number | undefined {
  const history = ofNode(figures, id)
  return history?.typical.durationMs ?? history?.last.durationMs ?? undefined
}

function asLastResults(results: LastRunView['results']): LastResults {
  return Object.fromEntries(Object.entries(results).map(([id, { at, input, output, ...rest }]) => [id, { ...rest, at: Date.parse(at), ...(input !== undefined && { input }), ...(output !== undefined && { output }) }])) as LastResults
}

/** What went over an edge the last time; undefined: nothing, or nobody knows any more. */
export function valueOverEdge(results: LastRunView['results'], source: string, handle: string): Json | undefined {
  const result = ofNode(results, source)
  return result?.handle === handle ? result.output : undefined
}

/** A value in a few characters. */
export function glimpse(value: Json | undefined, most = 60): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > most ? `${line.slice(0, most)}…` : line
}
