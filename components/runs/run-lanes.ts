import { isRemark, type Graph } from '@/domain/graph/graph'
import { topologicalOrder } from '@/domain/graph/order'
import type { EpochMs } from '@/domain/json'
import type { RunEvent } from '@/domain/run/run-event'
import { parseStepKey } from '@/domain/run/run-graph'
import type { RunState } from '@/domain/run/run-state'
import type { Bar } from '@/domain/run/step-bars'

export type LaneName = { key: string; name: string; inner: boolean }

export type Lane = { bars: readonly Bar[]; reused: boolean; finishedAt: EpochMs | undefined }

/** Whether two lanes look the same. */
export function sameLane(a: Lane, b: Lane): boolean {
  return a.reused === b.reused && a.finishedAt === b.finishedAt && a.bars.length === b.bars.length && a.bars.every((bar, index) => {
    const other = b.bars[index]!
    return bar.from === other.from && bar.to === other.to && bar.kind === other.kind
  })
}

/** Rows of the time line: nodes in their order, the steps of a map's items and of an agent's turns under it, as they began. Remarks have none. */
export function laneNames(graph: Graph, run: RunState): LaneName[] {
  const { order } = topologicalOrder(graph)
  const rank = new Map(order.map((id, index) => [id as string, index]))
  const nodes = graph.nodes.filter((node) => !isRemark(node.type)).toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0))
  const inner = innerOf(Object.keys(run.steps))
  return nodes.flatMap((node) => [
    { key: node.id, name: node.name, inner: false },
    ...(inner.get(node.id) ?? []).map((key) => ({ key, name: key.slice(key.indexOf('[')), inner: true })),
  ])
}

type Placed = { key: string; /** By level: which step of it, counted as they came into the log, then which item or turn. */ place: readonly number[] }

/** Inner steps by the node they stand in; items and turns by number, what stands in one in the order in which it came into the log. */
function innerOf(keys: readonly string[]): Map<string, string[]> {
  const known = new Map<string, number>()
  const placed = new Map<string, Placed[]>()
  for (const key of keys) {
    if (!key.includes('[')) continue
    const place: number[] = []
    let path = ''
    for (const { id, index } of parseStepKey(key)) {
      path += `.${id}`
      if (!known.has(path)) known.set(path, known.size)
      place.push(known.get(path)!)
      if (index === undefined) continue
      place.push(index)
      path += `[${index}]`
    }
    const outer = key.slice(0, key.indexOf('['))
    const beside = placed.get(outer)
    if (beside) beside.push({ key, place })
    else placed.set(outer, [{ key, place }])
  }
  return new Map([...placed].map(([outer, steps]) => [outer, steps.sort(byPlace).map(({ key }) => key)]))
}

function byPlace({ place: a }: Placed, { place: b }: Placed): number {
  const differing = a.findIndex((value, index) => value !== b[index])
  return differing < 0 ? a.length - b.length : b[differing] === undefined ? 1 : a[differing]! - b[differing]
}

export type Mark = { seq: number; at: EpochMs; kind: 'failed' | 'retrying' | 'waiting' | 'answered' | 'interrupted'; nodeId: string | undefined }

/** What a reader wants to jump to. */
export function marksOf(events: readonly RunEvent[]): Mark[] {
  return events.flatMap((event): Mark[] => {
    const mark = (kind: Mark['kind'], nodeId?: string): Mark[] => [{ seq: event.seq, at: event.recordedAt, kind, nodeId }]
    switch (event.type) {
      case 'step.failed':
        return mark('failed', event.nodeId)
      case 'step.retrying':
        return mark(event.interrupted ? 'interrupted' : 'retrying', event.nodeId)
      case 'run.waiting':
        return event.nodeIds.flatMap((nodeId) => mark('waiting', nodeId))
      case 'run.resumed':
        return mark(event.reason === 'answered' ? 'answered' : 'interrupted')
      case 'run.failed':
        return event.nodeId === undefined ? mark('failed') : []
      default:
        return []
    }
  })
}
