'use client'

import { useStore as useFlow } from '@xyflow/react'
import { useStore } from 'zustand'
import { CanvasLayer } from './canvas-layer'
import { useDesk } from './editor-context'
import type { Guide } from './snap-guides'

/** On the screen, however far out the canvas is looked at. */
const WIDTH_PX = 1.5

/** The lines along which what is dragged agrees with others. */
export function SnapLines() {
  const guides = useStore(useDesk().guides)
  return guides.length === 0 ? null : <Lines guides={guides} />
}

function Lines({ guides }: { guides: readonly Guide[] }) {
  const width = WIDTH_PX / useFlow(({ transform }) => transform[2])
  return (
    <CanvasLayer of="plane">
      {guides.map(({ axis, at, from, to }, index) => (
        <div
          key={`${axis}${index}`} aria-hidden className="pointer-events-none absolute bg-primary"
          style={axis === 'x' ? { transform: `translate(${at - width / 2}px, ${from}px)`, width, height: to - from } : { transform: `translate(${from}px, ${at - width / 2}px)`, height: width, width: to - from }}
        />
      ))}
    </CanvasLayer>
  )
}
