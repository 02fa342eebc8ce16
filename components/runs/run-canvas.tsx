'use client'

import '@xyflow/react/dist/style.css'
import { Controls, ReactFlow, type Edge, type NodeTypes, type ReactFlowInstance } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { useEffect, useMemo, useRef } from 'react'
import { sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import { frameOf, membersOf } from '@/domain/graph/groups'
import { CanvasGround } from '@/components/graph/canvas-ground'
import { useEdgeName, useFlowLabels } from '@/components/graph/flow-labels'
import { handlesIn } from '@/components/graph/handle-places'
import { editorSize, RUN_NODE, sized } from '@/components/graph/node-look'
import { useRunStore, useRunView } from './run-context'
import { RunFrame, RunNode, type RunFlowNode } from './run-node'

const nodeTypes: NodeTypes = { run: RunNode, frame: RunFrame }
/** Room for the buttons of the canvas: beside the nodes, and on a phone, where they lie in a row, below them. */
const FIT = { padding: { left: '56px', right: 0.05, y: 0.06 }, maxZoom: 1.1 } as const
const NARROW_FIT = { padding: { x: '10px', top: '10px', bottom: '64px' }, maxZoom: 1.1 } as const
const NARROW_PX = 640
const fitOf = (box: HTMLElement | null) => (box && box.clientWidth < NARROW_PX ? NARROW_FIT : FIT)

/** The run's graph, as it was frozen. Only the selection changes here; states reach the nodes through the store. */
export function RunCanvas({ graph }: { graph: Graph }) {
  const t = useTranslations('run')
  const store = useRunStore()
  const { resolvedTheme } = useTheme()
  const selected = useRunView((view) => view.selected)
  const box = useRef<HTMLDivElement>(null)
  const flowing = useRef<ReactFlowInstance<RunFlowNode>>(null)
  useEffect(() => {
    // Rows of the time line take height from the canvas: nodes must not end up behind its edge.
    const watch = new ResizeObserver(() => void flowing.current?.fitView(fitOf(box.current)))
    if (box.current) watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  const labels = useFlowLabels(false)
  const nameOf = useEdgeName(graph)
  const nodes = useMemo(
    () => graph.nodes.map((node): RunFlowNode => (node.type === 'group' ? frameNode(graph, node) : { id: node.id, type: 'run', position: node.position, data: { node }, ...sized(runSize(node)), handles: handlesIn(node, runSize(node)), selected: node.id === selected, ariaLabel: node.name, ...(node.type === 'note' && { zIndex: -1 }) })),
    [graph, selected],
  )
  const edges = useMemo(
    () => graph.edges.map((edge): Edge => ({ id: edge.id, source: edge.source, target: edge.target, sourceHandle: sourceHandleOf(edge), targetHandle: edge.targetHandle ?? 'in', ariaLabel: nameOf(edge) })),
    [graph, nameOf],
  )
  return (
    <div ref={box} className="size-full" role="region" aria-label={t('canvas')}>
      <ReactFlow<RunFlowNode>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
        fitView
        fitViewOptions={FIT}
        // Again once the page has its final layout: the first fit may see a canvas that is still growing.
        onInit={(flow) => {
          flowing.current = flow
          requestAnimationFrame(() => void flow.fitView(fitOf(box.current)))
        }}
        ariaLabelConfig={labels}
        minZoom={0.1}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        onNodesChange={(changes) => {
          // By pointer or by keyboard: the one kind of change a run's canvas takes.
          const chosen = changes.find((change) => change.type === 'select' && change.selected)
          if (chosen?.type === 'select') store.select(chosen.id)
        }}
        onPaneClick={() => store.select(undefined)}
        proOptions={{ hideAttribution: true }}
      >
        <CanvasGround />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  )
}

const runSize = (node: GraphNode) => (node.type === 'note' ? editorSize(node) : RUN_NODE)

/** All of a run is seen: a frame that is collapsed in the draft lies open around its members here. */
function frameNode(graph: Graph, node: GraphNode): RunFlowNode {
  const { x, y, width, height } = frameOf(membersOf(graph, node), node, runSize)
  return { id: node.id, type: 'frame', position: { x, y }, data: { node }, ...sized({ width, height }), zIndex: -1, selectable: false, focusable: false, style: { pointerEvents: 'none' }, ariaLabel: node.name }
}
