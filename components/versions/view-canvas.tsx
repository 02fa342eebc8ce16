'use client'

import { MiniMap, type Edge, type NodeTypes } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import { frameOf, membersOf } from '@/domain/graph/groups'
import { useEdgeName } from '@/components/graph/flow-labels'
import { handlesIn } from '@/components/graph/handle-places'
import { editorSize, sized } from '@/components/graph/node-look'
import { StillCanvas } from './still-canvas'
import { ViewFrame, ViewNode, type ViewFlowNode } from './view-node'

const nodeTypes: NodeTypes = { view: ViewNode, frame: ViewFrame }

type ViewCanvasProps = { graph: Graph; selected: string | undefined; onSelect: (nodeId: string | undefined) => void; onOpen: (mapId: string) => void }

/** A graph as it was drawn. It can be looked at from everywhere, and nothing of it moves. */
export function ViewCanvas({ graph, selected, onSelect, onOpen }: ViewCanvasProps) {
  const t = useTranslations('versions')
  const nameOf = useEdgeName(graph)
  const nodes = useMemo(
    () => graph.nodes.map((node): ViewFlowNode => (node.type === 'group' ? frameNode(graph, node) : { id: node.id, type: 'view', position: node.position, data: { node }, ...sized(editorSize(node)), handles: handlesIn(node, editorSize(node)), selected: node.id === selected, ariaLabel: node.name, ...(node.type === 'note' && { zIndex: -1 }) })),
    [graph, selected],
  )
  const edges = useMemo(
    () => graph.edges.map((edge): Edge => ({ id: edge.id, source: edge.source, target: edge.target, sourceHandle: sourceHandleOf(edge), targetHandle: edge.targetHandle ?? 'in', ariaLabel: nameOf(edge) })),
    [graph, nameOf],
  )
  return (
    <StillCanvas<ViewFlowNode> label={t('view.canvas')} nodes={nodes} edges={edges} nodeTypes={nodeTypes} onSelect={onSelect} onOpen={({ id, data: { node } }) => node.type === 'map' && onOpen(id)}>
      <MiniMap pannable zoomable className="hidden! lg:block!" nodeColor="var(--border-strong)" />
    </StillCanvas>
  )
}

/** A frame around its members, which it lies behind. */
function frameNode(graph: Graph, node: GraphNode): ViewFlowNode {
  const { x, y, width, height } = frameOf(membersOf(graph, node), node, editorSize)
  return { id: node.id, type: 'frame', position: { x, y }, data: { node }, ...sized({ width, height }), zIndex: -1, selectable: false, focusable: false, style: { pointerEvents: 'none' } }
}
