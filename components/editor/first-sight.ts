import { getViewportForBounds, type Viewport } from '@xyflow/react'
import type { Graph } from '@/domain/graph/graph'
import { shownGraph } from '@/domain/graph/groups'
import { editorSize } from '@/components/graph/node-look'
import type { FitPadding } from './fit'
import { boxAround } from './snap-guides'

export type Fit = { padding: FitPadding; minZoom: number; maxZoom: number }

/**
 * Where the canvas is looked at first, so that all is in sight. A canvas that begins elsewhere is drawn twice: once with nodes that
 * nobody can read from where it ends.
 */
export function firstSight(level: Graph, { width, height }: { width: number; height: number }, { padding, minZoom, maxZoom }: Fit): Viewport {
  const box = boxAround(shownGraph(level).nodes.filter(({ type }) => type !== 'group').map((node) => ({ ...node.position, ...editorSize(node) })))
  if (!box || width <= 0 || height <= 0) return { x: 0, y: 0, zoom: 1 }
  return getViewportForBounds(box, width, height, minZoom, maxZoom, padding)
}
