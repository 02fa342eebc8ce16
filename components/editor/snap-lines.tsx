'use client'

import { useStore } from 'zustand'
import { CanvasLayer } from './canvas-layer'
import { useDesk } from './editor-context'

/** The lines along which what is dragged agrees with others. */
export function SnapLines() {
  const guides = useStore(useDesk().guides)
  if (guides.length === 0) return null
  return (
    <CanvasLayer of="plane">
      {guides.map(({ axis, at, from, to }, index) => (
        <div
          key={`${axis}${index}`} aria-hidden className="pointer-events-none absolute bg-primary"
          style={axis === 'x' ? { transform: `translate(${at}px, ${from}px)`, width: 1, height: to - from } : { transform: `translate(${from}px, ${at}px)`, height: 1, width: to - from }}
        />
      ))}
    </CanvasLayer>
  )
}
