'use client'

import { useTranslations } from 'next-intl'
import { CanvasLayer } from '../canvas-layer'
import { useEditorView } from '../editor-context'
import { useLastRun } from './last-run-context'
import { edgeKey, glimpse, nodeKey, valueOverEdge } from './last-run-store'

/** Whether the last runs show themselves on the open level, and this edge is on the critical path there. */
export function useEdgeIsCritical(id: string): boolean {
  const outermost = useEditorView((view) => view.path.length === 0)
  return useLastRun((view) => outermost && view.shown && view.onPath.has(edgeKey(id)))
}

/** What went over an edge the last time; drawn for edges that somebody looks at, so that a thousand others cost nothing. */
export function EdgeLastRun({ source, handle, x, y }: { source: string; handle: string; x: number; y: number }) {
  const t = useTranslations('lastRun')
  const from = useEditorView((view) => nodeKey(view.path, source))
  const value = useLastRun((view) => (view.shown ? valueOverEdge(view.results, from, handle) : undefined))
  if (value === undefined) return null
  return (
    <CanvasLayer of="edgeLabels">
      <p
        data-edge-value="" title={t('edgeValue', { value: glimpse(value, 400) })}
        className="pointer-events-none absolute max-w-52 truncate rounded border bg-card px-1.5 py-0.5 font-mono text-2xs text-muted-foreground"
        style={{ transform: `translate(-50%, 18px) translate(${x}px, ${y}px)` }}
      >
        {glimpse(value)}
      </p>
    </CanvasLayer>
  )
}
