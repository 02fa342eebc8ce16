'use client'

import { useStore } from '@xyflow/react'
import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'

const LAYERS = { edgeLabels: 'react-flow__edgelabel-renderer', plane: 'react-flow__viewport-portal' } as const

/**
 * Draws into a layer of the canvas, in its coordinates: over the edges, or over everything. React Flow's own portals look for theirs
 * through all that is drawn, at every change of the canvas: 4 ms a step of a drag among 2,000 nodes.
 */
export function CanvasLayer({ of, children }: { of: keyof typeof LAYERS; children: ReactNode }) {
  const canvas = useStore(({ domNode }) => domNode)
  const layer = canvas && layerOf(canvas, LAYERS[of])
  return layer ? createPortal(children, layer) : null
}

/** The layers are children of the viewport, which stands before all that is in them. */
function layerOf(canvas: Element, name: string): Element | undefined {
  return [...(canvas.querySelector('.react-flow__viewport')?.children ?? [])].find(({ classList }) => classList.contains(name))
}
