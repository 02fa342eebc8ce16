import type { ELK, ElkNode } from 'elkjs/lib/elk-api'
import type { Graph } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { EDITOR_NODE } from '@/components/graph/node-look'

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '100',
  'elk.spacing.nodeNode': '50',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
}

/**
 * Places for all nodes but notes, in layers from left to right.
 * Worked out in a thread of its own, which is ended when the answer is no longer wanted.
 */
export async function arrange(graph: Graph, signal: AbortSignal): Promise<Record<string, Point>> {
  const { default: Elk } = await import('elkjs/lib/elk-api')
  const elk: ELK = new Elk({ workerFactory: () => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url)) })
  const end = () => elk.terminateWorker()
  signal.addEventListener('abort', end, { once: true })
  try {
    const placed = await elk.layout({
      id: 'root', layoutOptions: OPTIONS,
      children: graph.nodes.filter((node) => node.type !== 'note').map((node) => ({ id: node.id, ...EDITOR_NODE })),
      edges: graph.edges.map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
    })
    return Object.fromEntries((placed.children ?? []).map((child: ElkNode) => [child.id, { x: Math.round(child.x ?? 0), y: Math.round(child.y ?? 0) }]))
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
