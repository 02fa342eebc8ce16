import { isRemark, type Graph } from '@/domain/graph/graph'
import { topologicalOrder } from '@/domain/graph/order'
import type { EpochMs } from '@/domain/json'
import type { RunEvent } from '@/domain/run/run-event'
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

/** Rows of the time line: nodes in their order, a map's inner steps under it. Remarks have none. */
export function laneNames(graph: Graph, run: RunState): LaneName[] {
  const { order } = topologicalOrder(graph)
  const rank = new Map(order.map((id, index) => [id as string, index]))
  const nodes = graph.nodes.filter((node) => !isRemark(node.type)).toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0))
  const inner = new Map<string, string[]>()
  for (const key of Object.keys(run.steps)) {
    if (!key.includes('[')) continue
    const outer = key.slice(0, key.indexOf('['))
    inner.set(outer, [...(inner.get(outer) ?? []), key])
  }
  return nodes.flatMap((node) => [
    { key: node.id, name: node.name, inner: false },
    ...(inner.get(node.id) ?? []).toSorted(byNumbers).map((key) => ({ key, name: key.slice(key.indexOf('[')), inner: true })),
  ])
}

const collator = new Intl.Collator('en', { numeric: true })
function byNumbers(a: string, b: string): number {
  return collator.compare(a, b)
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
