import type { ELK, ElkNode } from 'elkjs/lib/elk-api'
import { isRemark, type Graph } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { EDITOR_NODE } from '@/components/graph/node-look'
import { boxAround } from './snap-guides'

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '100',
  'elk.spacing.nodeNode': '50',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
}

/**
 * Places for nodes, remarks left out, in layers from left to right; what is arranged stays where it is as a whole.
 * Worked out in a thread of its own, which is ended when the answer is no longer wanted.
 * @param only the nodes to arrange; none: all
 */
export async function arrange(graph: Graph, only: readonly string[], signal: AbortSignal): Promise<Record<string, Point>> {
  const { default: Elk } = await import('elkjs/lib/elk-api')
  const elk: ELK = new Elk({ workerFactory: () => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url)) })
  const end = () => elk.terminateWorker()
  signal.addEventListener('abort', end, { once: true })
  const wanted = new Set(only)
  const nodes = graph.nodes.filter((node) => !isRemark(node.type) && (wanted.size === 0 || wanted.has(node.id)))
  const ids = new Set<string>(nodes.map((node) => node.id))
  try {
    const placed = await elk.layout({
      id: 'root', layoutOptions: OPTIONS,
      children: nodes.map((node) => ({ id: node.id, ...EDITOR_NODE })),
      edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)).map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
    })
    const from = wanted.size === 0 ? undefined : boxAround(nodes.map(({ position }) => ({ ...position, ...EDITOR_NODE })))
    const [left, top] = [from?.x ?? 0, from?.y ?? 0]
    return Object.fromEntries((placed.children ?? []).map((child: ElkNode) => [child.id, { x: Math.round(left + (child.x ?? 0)), y: Math.round(top + (child.y ?? 0)) }]))
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
