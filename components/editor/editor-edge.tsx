'use client'

import { BaseEdge, getBezierPath, type EdgeProps } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import { CanvasLayer } from './canvas-layer'
import { useDesk, useDeskView } from './editor-context'
import { EdgeLastRun, useEdgeIsCritical } from './last-run/edge-last-run'
import { useBuild } from './use-build'

/** An edge; under the hand, and selected, it offers to part for a node. */
export const EditorEdge = memo(function EditorEdge({ id, source, sourceHandleId, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, style, interactionWidth }: EdgeProps) {
  const hovered = useDeskView((view) => view.hoveredEdge === id)
  const critical = useEdgeIsCritical(id)
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition })
  return (
    <>
      <BaseEdge id={id} path={path} style={{ ...style, ...(critical && !style?.stroke && { stroke: 'var(--brand)', strokeWidth: 'calc(var(--line) * 1.25)' }), ...(hovered && { stroke: 'var(--primary)', strokeWidth: 'var(--line)' }) }} {...(interactionWidth !== undefined && { interactionWidth })} />
      {(hovered || selected === true) && <EdgeLastRun source={source} handle={sourceHandleId ?? 'out'} x={labelX} y={labelY} />}
      {(hovered || selected === true) && <PlusButton edgeId={id} x={labelX} y={labelY} />}
    </>
  )
})

function PlusButton({ edgeId, x, y }: { edgeId: string; x: number; y: number }) {
  const t = useTranslations('build')
  const desk = useDesk()
  const { askOnEdge } = useBuild()
  return (
    <CanvasLayer of="edgeLabels">
      <button
        type="button" aria-label={t('insertHere')} title={t('insertHere')} data-edge-plus=""
        className="nodrag nopan pointer-events-auto absolute flex size-6 items-center justify-center rounded-full border border-primary bg-card text-primary hover:bg-accent"
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        onMouseLeave={() => desk.hover(undefined)} // Pressed by a key it has no place on the screen.
        onClick={(event) => (event.detail === 0 ? askOnEdge(edgeId) : askOnEdge(edgeId, { x: event.clientX, y: event.clientY }))}
      >
        <Plus aria-hidden className="size-3.5" />
      </button>
    </CanvasLayer>
  )
}
