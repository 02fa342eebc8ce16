'use client'

import '@xyflow/react/dist/style.css'
import { ControlButton, Controls, MiniMap, Panel, ReactFlow, useConnection, useReactFlow, useStore, type Connection, type Edge, type EdgeChange, type EdgeTypes, type FinalConnectionState, type NodeChange, type NodeTypes } from '@xyflow/react'
import { Maximize, MousePointerClick } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { useDeferredValue, useEffect, useRef, useState, type DragEvent, type MouseEvent as ReactMouseEvent } from 'react'
import { NODE_TYPES, type Graph, type NodeType } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { movedWithMembers } from '@/domain/graph/groups'
import { placeOnEdge } from '@/domain/graph/insert-node'
import { newEdge } from '@/domain/graph/new-node'
import { refuseEdge, type GraphIssue } from '@/domain/graph/validate'
import { CanvasGround } from '@/components/graph/canvas-ground'
import { useFlowLabels } from '@/components/graph/flow-labels'
import { EDITOR_NODE, editorSize } from '@/components/graph/node-look'
import { reachOf } from '@/components/graph/reach'
import { ReachContext } from '@/components/graph/reach-context'
import { EmptyState } from '@/components/ui/empty-state'
import { Afterwards } from './afterwards'
import { EditorEdge } from './editor-edge'
import { EditorNode } from './editor-node'
import { useDesk, useDeskView, useEditorStore, useEditorView, useLevel, useLevelIssues } from './editor-context'
import { nowhere } from './editor-desk'
import { useCarried, useFlowEdges, useFlowNodes, type FlowNode } from './flow-elements'
import { firstSight } from './first-sight'
import { GroupNode } from './group-node'
import { issueText } from '@/components/graph/issue-text'
import { LastRunBar } from './last-run/last-run-bar'
import { fitPadding } from './fit'
import { canvasToBe } from './node-element'
import { DRAG_TYPE } from './palette'
import { SnapLines } from './snap-lines'
import { useBuild } from './use-build'
import { freeOfPanel, LEAST_ZOOM, useFit } from './use-fit'
import { useIntoSight } from './use-into-sight'
import { useSnap } from './use-snap'
import { useStableHandlers } from './use-stable-handlers'

const nodeTypes: NodeTypes = { editor: EditorNode, frame: GroupNode }
const edgeTypes: EdgeTypes = { editor: EditorEdge }
const SEVERAL = ['Shift', 'Control', 'Meta']
const PRO = { hideAttribution: true }
/** What React Flow puts in the middle begins there, and takes half of the width. */
const WIDE = 'w-max max-w-full'

/** The drawing board. The store holds the graph; only places under the hand, while it drags, lie on the desk. */
export function EditorCanvas() {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const desk = useDesk()
  const build = useBuild()
  const { resolvedTheme } = useTheme()
  const { screenToFlowPosition, fitView } = useReactFlow()
  const fit = useFit()
  const intoSight = useIntoSight()
  const path = useEditorView((view) => view.path.join('/'))
  const level = useLevel()
  const issues = useLevelIssues()
  const selected = useEditorView((view) => view.selected)
  const gliding = useDeskView((view) => view.gliding)
  const [stretched, setStretched] = useState<Readonly<Record<string, { width: number; height: number }>>>({})
  const nodes = useFlowNodes(level, issues, selected.nodes, gliding, stretched)
  useCarried(level, nodes)
  const snapped = useSnap(level)
  const edges = useFlowEdges(level, issues, selected.edges)
  const labels = useFlowLabels(true)
  const [first] = useState(() => ({ padding: fitPadding(canvasToBe()), minZoom: LEAST_ZOOM, maxZoom: 1 }))
  const [sight] = useState(() => firstSight(level, canvasToBe(), first))
  // React Flow takes the first sight over once it is drawn. Who zooms past a bound sees the next step of the zoom first, and the nodes change then.
  const reach = useDeferredValue(useStore(({ panZoom, transform }) => reachOf(panZoom ? transform[2] : sight.zoom)))

  // Another level lies elsewhere on the plane. The first is fitted by React Flow itself.
  const shownPath = useRef(path)
  useEffect(() => {
    if (shownPath.current === path) return
    shownPath.current = path
    // At once: whoever goes on from here to one node comes after it.
    void fitView({ ...first, padding: freeOfPanel() })
  }, [path, fitView, first])

  function onNodesChange(changes: NodeChange<FlowNode>[]): void {
    // While a note's side is drawn it only shows; when it is let go, `resize` makes one edit of size and place.
    if (changes.some((change) => change.type === 'dimensions' && change.resizing !== undefined)) {
      const going = changes.filter((change) => change.type === 'dimensions' && change.resizing === true)
      setStretched(Object.fromEntries(going.flatMap((change) => (change.type === 'dimensions' && change.dimensions ? [[change.id, change.dimensions]] : []))))
      desk.carry(going.length === 0 ? nowhere : { ...desk.carried.getState(), ...Object.fromEntries(changes.flatMap((change) => (change.type === 'position' && change.position ? [[change.id, change.position]] : []))) })
      return
    }
    const moved: Record<string, Point> = {}
    const settled: Record<string, Point> = {}
    const chosen = new Set(store.view.getState().selected.nodes)
    for (const change of changes) {
      if (change.type === 'position' && change.position) (change.dragging ? moved : settled)[change.id] = change.position
      if (change.type === 'select') (change.selected ? chosen.add(change.id) : chosen.delete(change.id))
    }
    // Whatever ended a drag without its last word, a new choice ends it too.
    if (changes.some((change) => change.type === 'select')) desk.drag(false)
    if (Object.keys(moved).length > 0) {
      const places = movedWithMembers(level, snapped(moved), editorSize)
      desk.carry({ ...desk.carried.getState(), ...places })
    }
    const ids = Object.keys(settled)
    if (ids.length > 0) {
      // One drag is one edit; steps with the arrow keys join while they follow each other.
      const carried = desk.carried.getState()
      const byHand = ids.some((id) => Object.hasOwn(carried, id))
      // By hand they stay where a line held them.
      const places = byHand ? Object.fromEntries(ids.map((id) => [id, carried[id] ?? settled[id]!])) : settled
      store.edit({ do: 'move', positions: movedWithMembers(level, places, editorSize) }, byHand ? undefined : `move:${ids.sort().join()}`)
      desk.carry(nowhere)
      desk.guide([])
      desk.drag(false)
      if (!byHand && ids.length === 1) intoSight(ids[0]!)
    }
    if (changes.some((change) => change.type === 'select')) store.select([...chosen], store.view.getState().selected.edges)
  }

  /** On an edge it parts the edge; where the type does not fit there, it lies beside it. */
  function onDropType(type: NodeType, at: Point, edgeId: string | undefined): void {
    if (edgeId !== undefined) build.addAt(type, { kind: 'edge', edgeId }, placeOnEdge(level, edgeId))
    else build.add(type, { x: at.x - EDITOR_NODE.width / 2, y: at.y - EDITOR_NODE.height / 2 })
  }

  /** An edge that was let go over no handle. Over nothing at all it asks what should be there. */
  function onConnectEnd(event: MouseEvent | TouchEvent, { fromHandle, toHandle, toNode }: FinalConnectionState): void {
    if (!fromHandle || toHandle || toNode) return
    const hand = 'changedTouches' in event ? event.changedTouches[0] : event
    if (!hand) return
    const at = { x: hand.clientX, y: hand.clientY }
    const under = document.elementFromPoint(at.x, at.y)
    // Let go over a node it means that node; over something else that lies on the canvas, nothing.
    const over = under?.closest<HTMLElement>('.react-flow__node')?.dataset.id
    if (over !== undefined) return fromHandle.type === 'source' ? build.connectNodes(fromHandle.nodeId, over, fromHandle) : build.connectNodes(over, fromHandle.nodeId, fromHandle)
    if (!under?.closest('.react-flow__pane')) return
    const { x, y } = screenToFlowPosition(at)
    const forth = fromHandle.type === 'source'
    const anchor = { kind: forth ? 'from' as const : 'into' as const, nodeId: fromHandle.nodeId, handle: fromHandle.id ?? (forth ? 'out' : 'in') }
    desk.ask({ kind: 'add', anchor, at, place: { x: forth ? x : x - EDITOR_NODE.width, y: y - EDITOR_NODE.height / 2 } })
  }

  const handlers = useStableHandlers({
    onNodesChange, onConnectEnd,
    // With what chooses the dragged, before the first step of their way.
    onNodeDragStart: () => desk.drag(true),
    onSelectionDragStart: () => desk.drag(true),
    onNodeDragStop: () => desk.drag(false),
    onSelectionDragStop: () => desk.drag(false),
    isValidConnection: (edge: Connection | Edge) => reasonAgainst(level, edge) === undefined,
    onConnect: (connection: Connection) => build.connect(connection.source, connection.sourceHandle, connection.target, connection.targetHandle),
    onEdgeMouseEnter: (_: ReactMouseEvent, edge: Edge) => desk.hover(edge.id),
    // Onto the plus of the edge is not off the edge.
    onEdgeMouseLeave: ({ relatedTarget }: ReactMouseEvent) => void (!(relatedTarget instanceof Element && relatedTarget.closest('[data-edge-plus]')) && desk.hover(undefined)),
    onEdgesChange: (changes: EdgeChange[]) => {
      const chosen = new Set(store.view.getState().selected.edges)
      for (const change of changes) if (change.type === 'select') (change.selected ? chosen.add(change.id) : chosen.delete(change.id))
      if (changes.some((change) => change.type === 'select')) store.select(store.view.getState().selected.nodes, [...chosen])
    },
    onNodeDoubleClick: (_: ReactMouseEvent, { data: { node } }: FlowNode) => void (node.type === 'map' && store.enter(node.id)),
    // Fitted again once the page has its final layout: the first fit may see a canvas that is still growing.
    onInit: () => fit(),
  })

  return (
    <div
      className="size-full" role="region" aria-label={t('canvas')} data-canvas=""
      // React Flow would bring the focus into sight too, but beneath the panel.
      onFocus={({ target }) => void (target.matches('.react-flow__node:focus-visible') && target.dataset.id !== undefined && intoSight(target.dataset.id))}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAG_TYPE)) return
        event.preventDefault()
        desk.hover(edgeUnder(event))
      }}
      onDragLeave={() => desk.hover(undefined)}
      onDrop={(event) => {
        const type = NODE_TYPES.find((one) => one === event.dataTransfer.getData(DRAG_TYPE))
        if (type) onDropType(type, screenToFlowPosition({ x: event.clientX, y: event.clientY }), edgeUnder(event))
        desk.hover(undefined)
      }}
    >
      <ReachContext value={reach}>
        <ReactFlow
          nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
          ariaLabelConfig={labels} fitView fitViewOptions={first} defaultViewport={sight} data-reach={reachOf(sight.zoom)} minZoom={LEAST_ZOOM} deleteKeyCode={null} connectionRadius={30} multiSelectionKeyCode={SEVERAL} selectionKeyCode="Shift" autoPanOnNodeFocus={false} proOptions={PRO}
          {...handlers}
        >
          <CanvasGround />
          <Controls showInteractive={false} showFitView={false}><ControlButton title={labels['controls.fitView.ariaLabel']} aria-label={labels['controls.fitView.ariaLabel']} onClick={() => fit()}><Maximize aria-hidden className="fill-none!" /></ControlButton></Controls>
          <Afterwards><MiniMap pannable zoomable className="hidden! lg:block!" nodeColor="var(--border-strong)" /></Afterwards>
          <ConnectionHint level={level} />
          <SnapLines />
          <LastRunBar />
          {level.nodes.length === 0 && <Panel position="top-center" className={WIDE}><EmptyState icon={<MousePointerClick />} title={t('emptyTitle')} description={t('emptyBody')} /></Panel>}
        </ReactFlow>
      </ReachContext>
    </div>
  )
}

function edgeUnder({ target }: DragEvent): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>('.react-flow__edge')?.dataset.id : undefined
}

/** Says, while an edge is being drawn, why it cannot end where the hand is. */
function ConnectionHint({ level }: { level: Graph }) {
  const t = useTranslations('editor')
  const connection = useConnection()
  if (!connection.inProgress || connection.isValid !== false || !connection.fromHandle || !connection.toHandle) return null
  const [from, to] = connection.fromHandle.type === 'source' ? [connection.fromHandle, connection.toHandle] : [connection.toHandle, connection.fromHandle]
  const reason = reasonAgainst(level, { source: from.nodeId, sourceHandle: from.id ?? null, target: to.nodeId, targetHandle: to.id ?? null })
  return reason && <Panel position="top-center" className={WIDE}><p role="alert" className="rounded-md border border-state-failed-border bg-state-failed-soft px-3 py-1.5 text-sm text-state-failed">{issueText(reason, t)}</p></Panel>
}

function reasonAgainst(level: Graph, edge: Connection | Edge): GraphIssue | undefined {
  return refuseEdge(level, newEdge(edge.source, edge.sourceHandle, edge.target, edge.targetHandle))
}
