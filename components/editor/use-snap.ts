import { useKeyPress, useReactFlow } from '@xyflow/react'
import { useRef } from 'react'
import type { Graph, GraphNode } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { editorSize } from '@/components/graph/node-look'
import { useDesk } from './editor-context'
import { boxAround, snapMarks, snapTo, type SnapMarks } from './snap-guides'

/** How near a line has to be to pull, in pixels of the screen. */
const SNAP_PX = 6
type Places = Readonly<Record<string, Point>>

/** Pulls what is dragged onto a line with nodes that stay, unless Alt is held. What stays is looked at once for all steps of a drag. */
export function useSnap(level: Graph): (moved: Places) => Places {
  const desk = useDesk()
  const { getZoom } = useReactFlow()
  const free = useKeyPress('Alt')
  const known = useRef<{ level: Graph; moved: string; marks: SnapMarks }>(undefined)

  function marksBeside(nodes: readonly GraphNode[], moved: Places): SnapMarks {
    const ids = Object.keys(moved).join()
    if (known.current?.level !== level || known.current.moved !== ids) known.current = { level, moved: ids, marks: snapMarks(nodes.flatMap((node) => (moved[node.id] ? [] : [boxOf(node, node.position)]))) }
    return known.current.marks
  }

  return (moved) => {
    const nodes = level.nodes.filter((node) => node.type !== 'group')
    const around = boxAround(nodes.flatMap((node) => (moved[node.id] ? [boxOf(node, moved[node.id]!)] : [])))
    if (free || !around) return (desk.guide([]), moved)
    const { dx, dy, guides } = snapTo(around, marksBeside(nodes, moved), SNAP_PX / getZoom())
    desk.guide(guides)
    return Object.fromEntries(Object.entries(moved).map(([id, { x, y }]) => [id, { x: x + dx, y: y + dy }]))
  }
}

const boxOf = (node: GraphNode, position: Point) => ({ ...position, ...editorSize(node) })
