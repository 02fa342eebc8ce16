import type { ELK } from 'elkjs/lib/elk-api'
import type { Graph } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { layered } from './layered'

/**
 * Places for nodes, worked out in a thread of its own, which is ended when the answer is no longer wanted.
 * @param only the nodes to arrange; none: all
 */
export async function arrange(graph: Graph, only: readonly string[], signal: AbortSignal): Promise<Record<string, Point>> {
  const { default: Elk } = await import('elkjs/lib/elk-api')
  const elk: ELK = new Elk({ workerFactory: () => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url)) })
  const end = () => elk.terminateWorker()
  signal.addEventListener('abort', end, { once: true })
  try {
    const { asked, placesOf } = layered(graph, only)
    return placesOf(await elk.layout(asked))
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
