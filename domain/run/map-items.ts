import type { Graph } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import type { Json } from '@/domain/json'
import { itemPrefix, parseStepKey } from './run-graph'
import { stepOf, type RunState } from './run-state'
import { itemsOf } from './scope'

/** `open`: not all of its steps have ended. */
export type MapItem = { index: number; preview: string; status: 'completed' | 'failed' | 'open' }

/** Characters of a preview. */
const PREVIEW = 80

/**
 * The items that a map went through, to choose one of: the first ones, and behind them the first of those that failed.
 * @param mapKey `outer[3].inner`
 * @param most of each of both
 */
export function itemsOfMap(run: RunState, graph: Graph, mapKey: string, most: number): { count: number; items: MapItem[] } {
  const items = itemsOf(stepOf(run, mapKey))
  const body = graphAt(graph, parseStepKey(mapKey).map(({ id }) => id))
  const told: MapItem[] = []
  let failed = 0
  for (const [index, item] of items.entries()) {
    if (index >= most && failed >= most) break
    const status = statusOf(run, body, itemPrefix(mapKey, index))
    if (index >= most && status !== 'failed') continue
    if (index >= most) failed++
    told.push({ index, preview: previewOf(item), status })
  }
  return { count: items.length, items: told }
}

function statusOf(run: RunState, body: Graph, prefix: string): MapItem['status'] {
  const states = body.nodes.map(({ id }) => stepOf(run, prefix + id).state.kind)
  if (states.includes('failed')) return 'failed'
  return states.some((kind) => kind === 'completed') && !states.includes('running') ? 'completed' : 'open'
}

function previewOf(item: Json): string {
  const text = (typeof item === 'string' ? item : JSON.stringify(item)).replace(/\s+/g, ' ').trim()
  return text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text
}
