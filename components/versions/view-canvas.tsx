'use client'

import '@xyflow/react/dist/style.css'
import { Background, Controls, MiniMap, ReactFlow, type Edge, type NodeTypes } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { useMemo } from 'react'
import { sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import { frameOf, membersOf } from '@/domain/graph/groups'
import { useEdgeName, useFlowLabels } from '@/components/graph/flow-labels'
import { editorSize, sized } from '@/components/graph/node-look'
import { ViewFrame, ViewNode, type ViewFlowNode } from './view-node'

const nodeTypes: NodeTypes = { view: ViewNode, frame: ViewFrame }
const FIT = { padding: 0.1, maxZoom: 1 }

type ViewCanvasProps = { graph: Graph; selected: string | undefined; onSelect: (nodeId: string | undefined) => void; onOpen: (mapId: string) => void }

/** A graph as it was drawn. It can be looked at from everywhere, and nothing of it moves. */
export function ViewCanvas({ graph, selected, onSelect, onOpen }: ViewCanvasProps) {
  const t = useTranslations('versions')
  const { resolvedTheme } = useTheme()
  const labels = useFlowLabels(false)
  const nameOf = useEdgeName(graph)
  const nodes = useMemo(
    () => graph.nodes.map((node): ViewFlowNode => (node.type === 'group' ? frameNode(graph, node) : { id: node.id, type: 'view', position: node.position, data: { node }, ...sized(editorSize(node)), selected: node.id === selected, ariaLabel: node.name })),
    [graph, selected],
  )
  const edges = useMemo(
    () => graph.edges.map((edge): Edge => ({ id: edge.id, source: edge.source, target: edge.target, sourceHandle: sourceHandleOf(edge), targetHandle: edge.targetHandle ?? 'in', ariaLabel: nameOf(edge) })),
    [graph, nameOf],
  )
  return (
    <div className="size-full" role="region" aria-label={t('view.canvas')}>
      <ReactFlow<ViewFlowNode>
        nodes={nodes} edges={edges} nodeTypes={nodeTypes} colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
        ariaLabelConfig={labels} fitView fitViewOptions={FIT} onInit={(flow) => requestAnimationFrame(() => void flow.fitView(FIT))} minZoom={0.1}
        nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} deleteKeyCode={null} proOptions={{ hideAttribution: true }}
        onNodesChange={(changes) => {
          const chosen = changes.find((change) => change.type === 'select' && change.selected)
          if (chosen?.type === 'select') onSelect(chosen.id)
        }}
        onNodeDoubleClick={(_, { id, data: { node } }) => node.type === 'map' && onOpen(id)}
        onPaneClick={() => onSelect(undefined)}
      >
        <Background gap={20} />
        <Controls showInteractive={false} />
        <MiniMap pannable zoomable className="hidden! lg:block!" nodeColor="var(--border-strong)" />
      </ReactFlow>
    </div>
  )
}

/** A frame around its members, which it lies behind. */
function frameNode(graph: Graph, node: GraphNode): ViewFlowNode {
  const { x, y, width, height } = frameOf(membersOf(graph, node), node, editorSize)
  return { id: node.id, type: 'frame', position: { x, y }, data: { node }, ...sized({ width, height }), zIndex: -1, selectable: false, focusable: false, style: { pointerEvents: 'none' } }
}
