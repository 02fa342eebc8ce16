'use client'

import '@xyflow/react/dist/style.css'
import { Controls, ReactFlow, type Edge, type Node, type NodeTypes } from '@xyflow/react'
import { useTheme } from 'next-themes'
import { useEffect, type ReactNode } from 'react'
import { CanvasGround } from '@/components/graph/canvas-ground'
import { useFlowLabels } from '@/components/graph/flow-labels'
import { usePanToNode } from '@/components/graph/use-pan-to-node'

const FIT = { padding: 0.1, maxZoom: 1 }

type StillCanvasProps<N extends Node> = { label: string; nodes: N[]; edges: Edge[]; nodeTypes: NodeTypes; onSelect: (nodeId: string | undefined) => void; /** Of a node that was pressed twice. */ onOpen: (node: N) => void; children?: ReactNode }

/** A canvas to look at: whole at first, and nothing of it can be moved. */
export function StillCanvas<N extends Node>({ label, nodes, edges, nodeTypes, onSelect, onOpen, children }: StillCanvasProps<N>) {
  const { resolvedTheme } = useTheme()
  const labels = useFlowLabels(false)
  return (
    <div className="size-full" role="region" aria-label={label}>
      <ReactFlow<N>
        nodes={nodes} edges={edges} nodeTypes={nodeTypes} colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
        ariaLabelConfig={labels} fitView fitViewOptions={FIT} onInit={(flow) => requestAnimationFrame(() => void flow.fitView(FIT))} minZoom={0.1}
        nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} deleteKeyCode={null} proOptions={{ hideAttribution: true }}
        onNodesChange={(changes) => {
          const chosen = changes.find((change) => change.type === 'select' && change.selected)
          if (chosen?.type === 'select') onSelect(chosen.id)
        }}
        onNodeDoubleClick={(_, node) => onOpen(node)}
        onPaneClick={() => onSelect(undefined)}
      >
        <CanvasGround />
        <InSight nodeId={nodes.find(({ selected }) => selected)?.id} />
        <Controls showInteractive={false} />
        {children}
      </ReactFlow>
    </div>
  )
}

/** What is chosen, on the canvas or in a list beside it, can be seen. */
function InSight({ nodeId }: { nodeId: string | undefined }): null {
  const panTo = usePanToNode()
  useEffect(() => {
    if (nodeId !== undefined) panTo(nodeId)
  }, [nodeId, panTo])
  return null
}
